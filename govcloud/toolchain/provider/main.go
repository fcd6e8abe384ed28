// The OpenStack provider of Pulumi, put together from its two public ingredients: the Terraform provider and
// Pulumi's bridge. It is built where upstream's released plugin is not installed.
package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-provider-openstack/terraform-provider-openstack/v3/openstack"
)

// version is set by the linker: -X main.version=...
var version string

func main() {
	info := provider()
	tfbridge.Main(info.Name, version, info, describe(info))
}

// provider says under which Pulumi names the Terraform resources and data sources are served.
func provider() tfbridge.ProviderInfo {
	known := readNames()
	info := tfbridge.ProviderInfo{
		P:            shimv2.NewProvider(upstream()),
		Name:         "openstack",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
		Resources:    map[string]*tfbridge.ResourceInfo{},
		DataSources:  map[string]*tfbridge.DataSourceInfo{},
	}
	for name, served := range known.Resources {
		for i, token := range served.tokens() {
			info.Resources[alias(info.P.ResourcesMap(), name, i)] = &tfbridge.ResourceInfo{
				Tok:    tokens.Type(token),
				Fields: known.fields(name),
			}
		}
	}
	for name, served := range known.Functions {
		for i, token := range served.tokens() {
			info.DataSources[alias(info.P.DataSourcesMap(), name, i)] = &tfbridge.DataSourceInfo{
				Tok: tokens.ModuleMember(token),
			}
		}
	}
	// As upstream does: a resource without a name gets its Pulumi name and a random suffix.
	info.SetAutonaming(255, "-")
	return info
}

// upstream is the Terraform provider; its requests go through one that is attentive while it waits.
func upstream() *schema.Provider {
	found := openstack.Provider()
	configure := found.ConfigureContextFunc
	found.ConfigureContextFunc = func(ctx context.Context, data *schema.ResourceData) (any, diag.Diagnostics) {
		meta, problems := configure(ctx, data)
		if config, ok := meta.(*openstack.Config); ok && config != nil && config.OsClient != nil {
			client := &config.OsClient.HTTPClient
			if _, twice := client.Transport.(*attentive); !twice {
				client.Transport = &attentive{RoundTripper: client.Transport}
			}
		}
		return meta, problems
	}
	return found
}

// alias is the Terraform name for the i-th Pulumi name of one thing. The bridge serves one Pulumi name per Terraform
// name, so the older ones go to copies, called as the bridge calls its own.
func alias(all shim.ResourceMap, name string, i int) string {
	for ; i > 0; i-- {
		older := name + tfbridge.RenamedEntitySuffix
		if err := shim.CloneResource(all, name, older); err != nil {
			panic(err)
		}
		name = older
	}
	return name
}

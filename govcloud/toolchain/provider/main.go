// The OpenStack provider of Pulumi, put together from its two public ingredients: the Terraform provider and
// Pulumi's bridge. It is built where upstream's released plugin is not installed.
package main

import (
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
		P:            shimv2.NewProvider(openstack.Provider()),
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

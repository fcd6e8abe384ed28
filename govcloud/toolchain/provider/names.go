package main

import (
	_ "embed"
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

// Irregular enough (QuoteSetV3, SecGroup, getAvailbilityZones) that a table says it better than rules. A test compares
// every name and type in it, and every property, with what the Python SDK asks for.
//
//go:embed names.json
var table []byte

// names maps Terraform's names to Pulumi's.
type names struct {
	Resources  map[string]served            `json:"resources"`
	Functions  map[string]served            `json:"functions"`
	Properties map[string]map[string]string `json:"properties"`
}

// served is one or more of module/Name with blanks between: the current name first, then the older ones.
type served string

// tokens are the names in full: `openstack:networking/subnet:Subnet` for `networking/Subnet`.
func (s served) tokens() []string {
	var full []string
	for _, word := range strings.Fields(string(s)) {
		module, name, _ := strings.Cut(word, "/")
		full = append(full, "openstack:"+module+"/"+strings.ToLower(name[:1])+name[1:]+":"+name)
	}
	return full
}

// fields are the properties of a resource that the bridge would name otherwise.
func (n names) fields(resource string) map[string]*tfbridge.SchemaInfo {
	fields := map[string]*tfbridge.SchemaInfo{}
	for property, name := range n.Properties[resource] {
		fields[property] = &tfbridge.SchemaInfo{Name: name}
	}
	return fields
}

func readNames() names {
	var known names
	if err := json.Unmarshal(table, &known); err != nil {
		panic(err)
	}
	return known
}

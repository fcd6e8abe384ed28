package main

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// describe is the Pulumi schema of the provider: what GetSchema answers, and what inputs are checked against.
// It tells names and types, no documentation.
func describe(info tfbridge.ProviderInfo) []byte {
	d := description{schema.PackageSpec{
		Name:      info.Name,
		Version:   info.Version,
		Types:     map[string]schema.ComplexTypeSpec{},
		Resources: map[string]schema.ResourceSpec{},
		Functions: map[string]schema.FunctionSpec{},
	}}
	config := d.object("openstack:index/provider:Provider", info.P.Schema(), info.Config, anything)
	d.Config = schema.ConfigSpec{Variables: config.Properties, Required: config.Required}
	d.Provider = &schema.ResourceSpec{ObjectTypeSpec: config, InputProperties: config.Properties}
	for name, resource := range info.Resources {
		all, token := info.P.ResourcesMap().Get(name).Schema(), string(resource.Tok)
		inputs := d.object(token, all, resource.Fields, input)
		d.Resources[token] = schema.ResourceSpec{
			ObjectTypeSpec:  d.object(token, all, resource.Fields, output),
			InputProperties: inputs.Properties,
			RequiredInputs:  inputs.Required,
		}
	}
	for name, function := range info.DataSources {
		all, token := info.P.DataSourcesMap().Get(name).Schema(), string(function.Tok)
		inputs, outputs := d.object(token, all, function.Fields, input), d.object(token, all, function.Fields, anything)
		outputs.Properties["id"] = schema.PropertySpec{TypeSpec: schema.TypeSpec{Type: "string"}}
		d.Functions[token] = schema.FunctionSpec{Inputs: &inputs, Outputs: &outputs}
	}
	encoded, err := json.Marshal(d.PackageSpec)
	if err != nil {
		panic(err)
	}
	return encoded
}

type description struct{ schema.PackageSpec }

type filter func(name string, property shim.Schema) bool

func anything(string, shim.Schema) bool { return true }

func input(_ string, property shim.Schema) bool { return property.Optional() || property.Required() }

// output leaves out the id: every Pulumi resource has one by itself.
func output(name string, _ shim.Schema) bool { return name != "id" }

type fields = map[string]*tfbridge.SchemaInfo

// object is the type of a thing with named properties.
func (d description) object(token string, all shim.SchemaMap, custom fields, wanted filter) schema.ObjectTypeSpec {
	object := schema.ObjectTypeSpec{Type: "object", Properties: map[string]schema.PropertySpec{}}
	all.Range(func(key string, property shim.Schema) bool {
		if property.Removed() != "" || !wanted(key, property) {
			return true
		}
		name := tfbridge.TerraformToPulumiNameV2(key, all, custom)
		object.Properties[name] = schema.PropertySpec{
			TypeSpec: d.kind(token+strings.ToUpper(name[:1])+name[1:], property),
			Secret:   property.Sensitive(),
		}
		if property.Required() && !property.HasDefault() && (custom[key] == nil || custom[key].Default == nil) {
			object.Required = append(object.Required, name)
		}
		return true
	})
	return object
}

// kind is the type of one property; `token` names the object type, should it be one.
func (d description) kind(token string, property shim.Schema) schema.TypeSpec {
	switch property.Type() {
	case shim.TypeBool:
		return schema.TypeSpec{Type: "boolean"}
	case shim.TypeInt:
		return schema.TypeSpec{Type: "integer"}
	case shim.TypeFloat:
		return schema.TypeSpec{Type: "number"}
	case shim.TypeString:
		return schema.TypeSpec{Type: "string"}
	}
	element := d.element(token, property)
	switch {
	case property.Type() == shim.TypeMap:
		return schema.TypeSpec{Type: "object", AdditionalProperties: &element}
	case tfbridge.IsMaxItemsOne(property, nil):
		return element
	default:
		return schema.TypeSpec{Type: "array", Items: &element}
	}
}

// element is the type of what is in a list, set or map; Terraform counts undeclared ones as strings.
func (d description) element(token string, property shim.Schema) schema.TypeSpec {
	switch element := property.Elem().(type) {
	case shim.Resource:
		d.Types[token] = schema.ComplexTypeSpec{ObjectTypeSpec: d.object(token, element.Schema(), nil, anything)}
		return schema.TypeSpec{Ref: "#/types/" + token}
	case shim.Schema:
		return d.kind(token, element)
	default:
		return schema.TypeSpec{Type: "string"}
	}
}

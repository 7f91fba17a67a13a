package tests

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/tidwall/gjson"
	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/schema"
	"github.com/koine-proxy/koine/mappings"
)

func mappingSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Mapping))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	id := doc.(map[string]any)["$id"].(string)
	if err := c.AddResource(id, doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// jsonValue converts YAML to the values of JSON: all keys are strings, and scalars that are
// not JSON are strings.
func jsonValue(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch n.Kind {
	case yaml.AliasNode:
		return jsonValue(t, n.Alias)
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = jsonValue(t, n.Content[i+1])
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, item := range n.Content {
			out = append(out, jsonValue(t, item))
		}
		return out
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true"
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.Number(n.Value)
		}
	}
	return n.Value
}

func readYAML(t *testing.T, text []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return jsonValue(t, doc.Content[0])
}

// TestMappingSchema checks that the schema accepts every built-in mapping file, and rejects
// what the reader rejects.
func TestMappingSchema(t *testing.T) {
	t.Parallel()
	s := mappingSchema(t)
	for _, name := range mappings.Dialects() {
		_, text, err := mappings.Dialect(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(readYAML(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Validate(readYAML(t, []byte(acme))); err != nil {
		t.Fatal(err)
	}
	for about, pair := range map[string][2]string{
		"an unknown key":                   {"about:", "abuot:"},
		"an unknown key of match":          {"keys:", "kees:"},
		"an unknown key of shape":          {"message:", "massage:"},
		"an invalid name":                  {"dialect: acme", "dialect: Acme Inc"},
		"a reserved name":                  {"dialect: acme", "dialect: auto"},
		"a row without a code":             {"404 RESOURCE.NOT_FOUND", "404"},
		"a code in lower case":             {"404 RESOURCE.NOT_FOUND", "404 resource.not_found"},
		"a mapping for a path":             {"code: fault.num", "code: {path: fault.num}"},
		"a place with a path and a header": {"code: fault.num", "code: {at: a, header: b}"},
		"no codes":                         {"codes:", "limits:"},
		"fields without a place":           {"message: fault.text", "fields: {field: a}"},
		"an unknown format":                {"match:", "format: yaml\nmatch:"},
		"an example without is":            {"    is: RESOURCE.NOT_FOUND\n", ""},
		"an unknown priority":              {"match:", "priority: urgent\nmatch:"},
		"a number for a priority":          {"match:", "priority: 7\nmatch:"},
		"an unknown value of auto":         {"match:", "auto: skip\nmatch:"},
		"a status of a success":            {"match:", "success_errors: 200\nmatch:"},
		"a failure without a status":       {"match:", "failure: {flags: good}\nmatch:"},
		"a host with a scheme":             {"match:", "hosts: https://example.com\nmatch:"},
		"a path of JSONPath":               {"code: fault.num", "code: $.fault.num"},
		"a JSON Pointer":                   {"code: fault.num", "code: /fault/num"},
		"an index in brackets":             {"code: fault.num", "code: 'faults[0].num'"},
		"an empty path":                    {"code: fault.num", "code: ''"},
		"an unknown unit":                  {"code: fault.num", "code: fault.num\n  retry_after: {at: wait, unit: ms}"},
		"an unknown value of code_is":      {"match:", "match:\n  code_is: kebab"},
		"a variant without a name":         {"match:", "variants: [{format: xml}]\nmatch:"},
		"a variant of a variant":           {"match:", "variants: [{name: a, variants: []}]\nmatch:"},
		"waits":                            {"match:", "waits: []\nmatch:"},
	} {
		text := strings.Replace(acme, pair[0], pair[1], 1)
		if text == acme {
			t.Fatalf("%s: %q is not in the file", about, pair[0])
		}
		if s.Validate(readYAML(t, []byte(text))) == nil {
			t.Errorf("the schema accepts %s", about)
		}
	}
}

// TestMappingSchemaKeys checks that the schema and the reader have the same keys. The reader
// lists its keys in the fault about an unknown key.
func TestMappingSchemaKeys(t *testing.T) {
	t.Parallel()
	const properties, unknownKey = ".properties", "qqqqqqqqqqqqqqqqqqqqqqqq"
	for _, c := range []struct{ text, where string }{
		{unknownKey + ": 1", "properties"},
		{"failure: {" + unknownKey + ": 1}", "$defs.failure" + properties},
		{"match: {" + unknownKey + ": 1}", "$defs.match" + properties},
		{"shape: {" + unknownKey + ": 1}", "$defs.shape" + properties},
		{"shape: {code: {" + unknownKey + ": 1}}", "$defs.place" + properties},
		{"shape: {fields: {" + unknownKey + ": 1}}", "$defs.fields" + properties},
		{"variants: [{" + unknownKey + ": 1}]", "$defs.variant" + properties},
		{"limits: [{" + unknownKey + ": 1}]", "$defs.limit" + properties},
		{"limits: [{members: {" + unknownKey + ": 1}}]", "$defs.limit.properties.members" + properties},
		{"examples: [{" + unknownKey + ": 1}]", "$defs.example" + properties},
	} {
		_, err := yamlfile.ReadDialect("f.yaml", []byte(c.text))
		m := regexp.MustCompile(`unknown key "` + unknownKey + `".*; known keys: ([a-z_, ]+)`).FindStringSubmatch(err.Error())
		if m == nil {
			t.Errorf("%s: unexpected fault %v", c.text, err)
			continue
		}
		var names []string
		for name, p := range gjson.GetBytes(schema.Mapping, c.where).Map() {
			names = append(names, name)
			if p.Get("description").Str == "" {
				t.Errorf("%s.%s has no description", c.where, name)
			}
		}
		slices.Sort(names)
		if got := strings.Join(names, ", "); got != m[1] {
			t.Errorf("%s: the schema has the keys %s, the reader %s", c.where, got, m[1])
		}
	}
}

// TestMappingSchemaEnums checks that the enums of the schema are those of the code.
func TestMappingSchemaEnums(t *testing.T) {
	t.Parallel()
	for where, want := range map[string][]string{
		"$defs.format.enum":                     texts(dialect.Formats()),
		"$defs.codeCondition.enum":              dialect.CodeConditions(),
		"$defs.place.properties.decode.enum":    dialect.Decodings(),
		"$defs.unit.enum":                       texts(dialect.Units()),
		"$defs.auto.enum":                       texts(dialect.Autos()),
		"$defs.evidence.enum":                   texts(dialect.Evidences()),
		"$defs.priority.enum":                   texts(dialect.Priorities()),
		"$defs.name.not.enum":                   {"auto", "all"},
		"$defs.fields.properties.whole.default": dialect.DefaultWhole(),
	} {
		var got []string
		for _, one := range gjson.GetBytes(schema.Mapping, where).Array() {
			got = append(got, one.Str)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s is %v, want %v", where, got, want)
		}
	}
}

func texts[S ~string](list []S) (out []string) {
	for _, one := range list {
		out = append(out, string(one))
	}
	return out
}

package translate_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// TestFieldShapes reads fields in every shape.
func TestFieldShapes(t *testing.T) {
	type messages = map[string]string
	for _, c := range []struct {
		about, form, body string
		want              messages
	}{
		{"a map of texts", "errors", `{"errors":{"name":"Short.","age":"Low."}}`, messages{"name": "Short.", "age": "Low."}},
		{"a map of lists", "errors", `{"errors":{"name":["Short.","Dull."]}}`, messages{"name": "Short.; Dull."}},
		{"a map of maps", "errors", `{"errors":{"job":{"name":"Short.","size":["Bent."]}}}`, messages{"job.name": "Short.", "job.size": "Bent."}},
		{"a map of lists of maps", "errors", `{"errors":{"jobs":[{},{"name":"Short."}]}}`, messages{"jobs.1.name": "Short."}},
		{"a map that is the body", "$", `{"name":["Short."],"age":"Low."}`, messages{"name": "Short.", "age": "Low."}},
		{"a list that is the body", "$", `[{},{"name":["Short."]}]`, messages{"1.name": "Short."}},
		{"a list of errors in place of a map", "errors", `{"errors":[{"code":"E1","title":"Refused."}]}`, messages{}},
		{"alternatives: the first with fields", "[errors, problems]", `{"errors":"No.","problems":{"name":"Short."}}`, messages{"name": "Short."}},
		{"a list in place of a map", "errors", `{"errors":["Short."]}`, messages{}},
		{"an empty map", "errors", `{"errors":{}}`, messages{}},

		{"levels that are not part of the path", "{at: errors, skip: [children, errors]}", `{"errors":{"children":{"job":{"children":{"name":{"errors":["Short."]}}}}}}`, messages{"job.name": "Short."}},
		{"names that mean the whole request", "{at: errors, whole: [base, '']}", `{"errors":{"base":["Sold."],"":["Gone."],"name":["Short."]}}`, messages{"name": "Short."}},
		{"objects for messages", "{at: errors, message: text, code: key}", `{"errors":{"name":{"text":"Short.","key":"short"},"job":{"age":{"text":"Low."}}}}`, messages{"name": "Short.", "job.age": "Low."}},
		{"lists of objects for messages", "{at: errors, message: text}", `{"errors":{"name":[{"text":"Short."},{"text":"Dull."}]}}`, messages{"name": "Short.; Dull."}},
		{"objects for messages, in lists of objects", "{at: errors, message: text}", `{"errors":{"jobs":[{},{"name":[{"text":"Short."}]}]}}`, messages{"jobs.1.name": "Short."}},
		{"only lists are messages", "{at: $, lists: true}", `{"status":"bad","name":["Short."],"job":{"age":["Low."],"kind":"x"}}`, messages{"name": "Short.", "job.age": "Low."}},
		{"lists of numbers are not messages", "{at: $, lists: true}", `{"seats":[1,2]}`, messages{}},

		{"a list of entries", "{at: errors, field: name, message: why}", `{"errors":[{"name":"a","why":"Short."},{"name":"b","why":"Low."}]}`, messages{"a": "Short.", "b": "Low."}},
		{"one entry", "{at: error, field: name, message: why}", `{"error":{"name":"a","why":"Short."}}`, messages{"a": "Short."}},
		{"an entry without a message", "{at: errors, field: name, message: why, code: rule}", `{"errors":[{"name":"a","rule":"short"}]}`, messages{"a": "short"}},
		{"an object that is not an entry", "[{at: errors, field: name, message: why}, errors]", `{"errors":{"name":["Short."],"size":["Bent."]}}`, messages{"name": "Short.", "size": "Bent."}},
		{"entries without the name of a field", "{at: errors, field: name, message: why}", `{"errors":[{"why":"No."},{"name":"","why":"No."},{"name":null,"why":"No."},7,"x"]}`, messages{}},
		{"alternatives in an entry", "{at: errors, field: [source.pointer, source.parameter], message: [detail, title]}",
			`{"errors":[{"source":{"pointer":"/data/0/name"},"detail":"Short."},{"source":{"parameter":"page"},"title":"Low."}]}`, messages{"data.0.name": "Short.", "page": "Low."}},
		{"a field that is a list", "{at: detail, field: loc, message: msg}", `{"detail":[{"loc":["body","items",0],"msg":"Short."}]}`, messages{"body.items.0": "Short."}},
		{"messages in a list", "{at: errors, field: name, message: whys}", `{"errors":[{"name":"a","whys":["Short.","Dull."]}]}`, messages{"a": "Short.; Dull."}},
		{"the same field twice", "{at: errors, field: name, message: why}", `{"errors":[{"name":"a","why":"Short."},{"name":"a","why":"Dull."}]}`, messages{"a": "Short.; Dull."}},
		{"entries below several", "{at: 'errors.#.causes', field: name, message: why}", `{"errors":[{"causes":[]},{"causes":[{"name":"a","why":"Short."}]}]}`, messages{"a": "Short."}},
		{"entries of a kind", "{at: 'errors.#(kind=field)', field: name, message: why}",
			`{"errors":[{"kind":"whole","name":"x","why":"No."},{"kind":"field","name":"a","why":"Short."},{"kind":"field","name":"b","why":"Low."}]}`, messages{"a": "Short.", "b": "Low."}},
		{"paths with other steps in an entry", "{at: errors, field: 'where.#.name', message: 'why.**.text'}",
			`{"errors":[{"where":[{},{"name":"a"}],"why":{"en":{"text":"Short."}}}]}`, messages{"a": "Short."}},

		{"several names in one entry", "{at: errors, names: members, message: why}", `{"errors":[{"members":["a","b[0]"],"why":"Differ."}]}`, messages{"a": "Differ.", "b.0": "Differ."}},
		{"names that are keys", "{at: errors, names: parameters, message: why}", `{"errors":{"parameters":{"a":1,"b":2},"why":"Differ."}}`, messages{"a": "Differ.", "b": "Differ."}},
		{"one name for several", "{at: errors, names: [members, member], message: why}", `{"errors":[{"member":"a","why":"Short."}]}`, messages{"a": "Short."}},
		{"no names, but a field", "{at: errors, names: members, field: member, message: why}", `{"errors":[{"members":[],"member":"a","why":"Short."}]}`, messages{"a": "Short."}},

		{"a text with fields", `{at: message, pattern: "Key: '(?P<field>[^']+)' (?P<message>.*)"}`, `{"message":"Key: 'Name' is short.\nKey: 'Age' is low."}`, messages{"Name": "is short.", "Age": "is low."}},
		{"texts with a field each", `{at: errors, pattern: '^(?P<field>\w+) (?P<message>.*)'}`, `{"errors":["name is short.","age is low."]}`, messages{"name": "is short.", "age": "is low."}},
		{"a text with codes only", `{at: message, pattern: '(?P<code>\w+) in (?P<field>[\w.]+)'}`, `{"message":"short in job.name"}`, messages{"job.name": "short"}},
		{"a text without fields", `{at: message, pattern: 'Key: (?P<field>\w+)'}`, `{"message":"No."}`, messages{}},
		{"texts of entries with a field each", `{at: errors, message: text, pattern: '^(?P<field>\w+): (?P<message>.*)'}`, `{"errors":[{"text":"name: Short."},{"text":"No."}]}`, messages{"name": "Short."}},

		{"entries anywhere below", "{at: errors, tree: true, field: attribute, message: message, skip: [errors]}",
			`{"errors":{"job":{"errors":[{"attribute":"name","message":"Short."}],"size":[{"message":"Bent."}]}}}`, messages{"job.name": "Short.", "job.size": "Bent."}},
		{"a tree that is an entry", "{at: error, tree: true, field: name, message: why}", `{"error":{"name":"a","why":"Short."}}`, messages{"a": "Short."}},

		{"several shapes: the first with a field", "[{at: errors, field: name, message: why}, errors]", `{"errors":{"size":["Short."]}}`, messages{"size": "Short."}},
		{"several shapes: the first matches", "[{at: errors, field: name, message: why}, errors]", `{"errors":[{"name":"a","why":"Short."}]}`, messages{"a": "Short."}},
		{"several notations of a path", "{at: errors, field: name, message: why}",
			`{"errors":[{"name":"items[0].sku","why":"1"},{"name":"/items/1/sku","why":"2"},{"name":"$.items[2].sku","why":"3"},{"name":"#/items/3/sku","why":"4"},{"name":"items['4']['sku']","why":"5"}]}`,
			messages{"items.0.sku": "1", "items.1.sku": "2", "items.2.sku": "3", "items.3.sku": "4", "items.4.sku": "5"}},
	} {
		t.Run(c.about, func(t *testing.T) {
			tr := readResponse(t, testDialect(t, "shape: {fields: "+c.form+"}\ncodes: {}\n"), jsonResponse(422, c.body))
			if got := tr.Fields(); tr.Dialect != "acme" || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s of %s: got %v, want %v", c.form, c.body, got, c.want)
			}
			renderCanonical(t, tr)
		})
	}
}

// TestFieldShapesInXML checks that a list of one element, which XML does not
// distinguish, is read like others.
func TestFieldShapesInXML(t *testing.T) {
	e := testDialect(t, "format: xml\nshape: {fields: {at: errors.error, field: [name, '@name'], message: [why, '#text']}}\ncodes: {}\n")
	for body, want := range map[string]map[string]string{
		`<errors><error><name>a</name><why>Short.</why></error></errors>`:                                                {"a": "Short."},
		`<errors><error><name>a</name><why>Short.</why></error><error><name>b[0]</name><why>Low.</why></error></errors>`: {"a": "Short.", "b.0": "Low."},
		`<errors><error name="a">Short.</error></errors>`:                                                                {"a": "Short."},
		`<errors><error name="a">Short.</error><error name="_x005B_key_x005D_">Low.</error></errors>`:                    {"a": "Short.", "key": "Low."},
	} {
		if got := readResponse(t, e, xmlResponse(body)).Fields(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", body, got, want)
		}
	}
}

// TestFieldsWhole checks that a message about the whole request becomes the message
// if there is no other.
func TestFieldsWhole(t *testing.T) {
	for _, c := range []struct{ form, body, message, fields string }{
		{"{at: errors, whole: [base]}", `{"errors":{"base":["Sold.","Gone."],"name":["Short."]}}`, "Sold.; Gone.", "map[name:Short.]"},
		{"{at: errors, whole: [base]}", `{"message":"No.","errors":{"base":["Sold."]}}`, "No.", "map[]"},
		{"{at: errors, whole: [base], message: text}", `{"errors":{"base":[{"text":"Sold."}],"name":[{"text":"Short."}]}}`, "Sold.", "map[name:Short.]"},
		{"{at: errors, whole: [errors], skip: [children]}", `{"errors":{"children":{"errors":["Sold."]}}}`, "Sold.", "map[]"},
		{"{at: errors, whole: ['']}", `{"errors":{"":"Sold."}}`, "Sold.", "map[]"},
	} {
		tr := readResponse(t, testDialect(t, "shape: {message: message, fields: "+c.form+"}\ncodes: {}\n"), jsonResponse(422, c.body))
		if got := fmt.Sprint(tr.Fields()); tr.Message != c.message || got != c.fields {
			t.Errorf("%s of %s: got %q and %s, want %q and %s", c.form, c.body, tr.Message, got, c.message, c.fields)
		}
	}
}

// TestFieldsForCodes checks that the place has details for codes that `for_codes`
// does not list.
func TestFieldsForCodes(t *testing.T) {
	e := testDialect(t, "shape: {code: code, fields: {at: more, for_codes: [invalid]}, details: more}\ncodes: {invalid: VALIDATION.FAILED, late: ORDER.EXPIRED}\n")
	for body, want := range map[string][2]string{
		`{"code":"invalid","more":{"name":"Short."}}`: {"map[name:Short.]", `{}`},
		`{"code":"late","more":{"name":"Tom"}}`:       {"map[]", `{"name":"Tom"}`},
		`{"code":"invalid","more":{}}`:                {"map[]", `{}`},
	} {
		tr := readResponse(t, e, jsonResponse(400, body))
		if got := [2]string{fmt.Sprint(tr.Fields()), tr.Details()}; got != want {
			t.Errorf("%s: got %v, want %v", body, got, want)
		}
	}
}

// TestFieldCodes checks that the code of an entry is kept beside its message.
func TestFieldCodes(t *testing.T) {
	for form, body := range map[string]string{
		"{at: errors, field: name, message: why, code: rule}":                   `{"errors":[{"name":"a","why":"Short.","rule":"min"}]}`,
		"{at: errors, field: name, message: why, code: [rule, 'rules.#.id']}":   `{"errors":[{"name":"a","why":"Short.","rules":[{"id":"min"}]}]}`,
		"{at: errors, message: why, code: rule}":                                `{"errors":{"a":{"why":"Short.","rule":"min"}}}`,
		"{at: errors, names: names, message: why, code: rule}":                  `{"errors":{"names":["a"],"why":"Short.","rule":"min"}}`,
		"{at: errors, tree: true, message: why, code: rule}":                    `{"errors":{"a":{"why":"Short.","rule":"min"}}}`,
		`{at: errors, pattern: '(?P<field>\w+)/(?P<code>\w+)/(?P<message>.*)'}`: `{"errors":["a/min/Short."]}`,
	} {
		tr := readResponse(t, testDialect(t, "shape: {fields: "+form+"}\ncodes: {}\n"), jsonResponse(422, body))
		if got := rawMember(t, renderCanonical(t, tr), "error.fields"); got != `[{"field":"a","message":"Short.","code":"min"}]` {
			t.Errorf("%s of %s: got %s", form, body, got)
		}
	}
}

// TestFieldsBound checks that a body with a million fields does not become a much
// larger answer.
func TestFieldsBound(t *testing.T) {
	body := `{"e":` + strings.Repeat("[", 50) + strings.Repeat(`"x",`, 100_000) + `"x"` + strings.Repeat("]", 50) + "}"
	tr := library(t).Acquire()
	defer tr.Release()
	tr.ReadResponse(translate.Response{Status: 422, Body: []byte(body)})
	if out := renderCanonical(t, tr); len(out) > 4<<20 {
		t.Errorf("%d bytes became %d", len(body), len(out))
	}
}

// TestFieldsOfText reads several fields of one text.
func TestFieldsOfText(t *testing.T) {
	const file = `dialect: acme
about: acme
match: {keys: [job]}
shape:
  fields: [{at: job, message: text, pattern: '(?P<field>[a-z]+) is (?P<message>[a-z]+)'}]
codes: {}
`
	tr := compile(t, []*dialect.File{parseDialect(t, file)}).Acquire()
	defer tr.Release()
	tr.ReadResponse(translate.Response{Status: 422, Body: []byte(`{"job":{"text":"size is short; kind is missing"}}`)})
	if got, want := tr.Fields(), map[string]string{"size": "short", "kind": "missing"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the fields are %v, want %v", got, want)
	}
}

// TestFieldsFilter checks that a step that selects entries applies to its own place
// only.
func TestFieldsFilter(t *testing.T) {
	const file = `dialect: acme
about: acme
match: {any: [jobs, runs]}
shape:
  fields: {at: ["jobs.#(level=error)", runs], field: name, message: text}
codes: {}
`
	e := compile(t, []*dialect.File{parseDialect(t, file)})
	for body, want := range map[string]map[string]string{
		`{"jobs":[{"level":"note","name":"a","text":"x"},{"level":"error","name":"b","text":"y"},{"level":"error","name":"c","text":"z"}]}`: {"b": "y", "c": "z"},
		`{"runs":[{"name":"a","text":"x"}]}`: {"a": "x"},
	} {
		tr := e.Acquire()
		tr.ReadResponse(translate.Response{Status: 422, Body: []byte(body)})
		if got := tr.Fields(); !reflect.DeepEqual(got, want) {
			t.Errorf("the fields of %s are %v, want %v", body, got, want)
		}
		tr.Release()
	}
}

// TestFieldMaps reads objects of field to message.
func TestFieldMaps(t *testing.T) {
	const rustbill, validonx = "rustbill", "validonx"
	long := strings.Repeat("é", 200)
	for _, c := range []struct{ about, dialect, fields, want string }{
		{"an object of messages", rustbill, `{"email":"Wrong.","seats":"Too few."}`,
			`[{"field":"email","message":"Wrong."},{"field":"seats","message":"Too few."}]`},
		{"several messages of one field", rustbill, `{"email":["Wrong.","Too long."]}`,
			`[{"field":"email","message":"Wrong."},{"field":"email","message":"Too long."}]`},
		{"objects inside", rustbill, `{"address":{"zip":"Wrong.","geo":{"lat":"Too high."}}}`,
			`[{"field":"address.zip","message":"Wrong."},{"field":"address.geo.lat","message":"Too high."}]`},
		{"a list of objects", rustbill, `{"items":[{},{"sku":"Wrong."}]}`, `[{"field":"items.1.sku","message":"Wrong."}]`},
		{"names in brackets", rustbill, `{"items[0].sku":"Wrong."}`, `[{"field":"items.0.sku","message":"Wrong."}]`},
		{"empty names inside", rustbill, `{"a":{"":{"b":"Wrong."},"[]":"Bad."}}`,
			`[{"field":"a.b","message":"Wrong."},{"field":"a","message":"Bad."}]`},
		{"a message that is not allowed", rustbill, `{"email":"UPDATE users SET mail='x'"}`, `[{"field":"email","message":"This value is not accepted."}]`},
		{"a number for a message", rustbill, `{"email":7}`, `[{"field":"email","message":"This value is not accepted."}]`},
		{"nothing", rustbill, `{}`, ``},
		{"null", rustbill, `null`, ``},
		{"no messages", rustbill, `{"email":null,"seats":[]}`, ``},
		{"fields with the names of private details", rustbill, `{"file":"Too large.","query":"Too long."}`,
			`[{"field":"file","message":"Too large."},{"field":"query","message":"Too long."}]`},
		{"a name that is too long", rustbill, `{"` + long + `":"Wrong."}`, `[{"field":"` + long[:256] + `","message":"Wrong."}]`},
		{"in the details", validonx, `{"email":["Wrong."]}`, `[{"field":"email","message":"Wrong."}]`},
	} {
		t.Run(c.about, func(t *testing.T) {
			body := `{"error":"validation_error","message":"m","fields":` + c.fields + `}`
			if c.dialect == validonx {
				body = `{"error":{"code":"VALIDATION.FAILED","message":"m","type":"validation","status":422,"details":` + c.fields + `},"meta":{"request_id":"r"}}`
			}
			tr := read(t, 400, body)
			if tr.Dialect != c.dialect {
				t.Fatalf("detected as %q", tr.Dialect)
			}
			if got := rawMember(t, renderCanonical(t, tr), "error.fields"); got != c.want {
				t.Errorf("the fields are %s, want %s", got, c.want)
			}
			renderProblem(t, tr)
		})
	}
}

// TestFieldLists reads lists of objects with members for name, message and code.
func TestFieldLists(t *testing.T) {
	body := `{"error":{"code":"VALIDATION.FAILED","type":"validation","category":"invalid_request","status":422,"message":"m","fields":[` +
		`{"field":"items.0.sku","message":"Unknown.","code":"unknown"},{"field":"email","message":"panic: x","code":"/var/www/x"},{"message":"nobody"},{"field":"a"},7],` +
		`"retry":{"strategy":"never","safe":false}},"meta":{"request_id":"r","api_version":"1","origin":"upstream","match":"table"}}`
	tr := read(t, 422, body)
	const want = `[{"field":"items.0.sku","message":"Unknown.","code":"unknown"},{"field":"email","message":"This value is not accepted."},{"field":"a","message":"This value is not accepted."}]`
	if got := rawMember(t, renderCanonical(t, tr), "error.fields"); got != want {
		t.Errorf("the fields are %s, want %s", got, want)
	}
	const pointers = `[{"pointer":"#/items/0/sku","detail":"Unknown.","code":"unknown"},{"pointer":"#/email","detail":"This value is not accepted."},{"pointer":"#/a","detail":"This value is not accepted."}]`
	if got := rawMember(t, renderProblem(t, tr), "errors"); got != pointers {
		t.Errorf("the pointers are %s, want %s", got, pointers)
	}
}

// TestFieldsDefaultWhole checks the names that are about the whole request unless
// `whole` lists others.
func TestFieldsDefaultWhole(t *testing.T) {
	for _, c := range []struct{ fields, body, message, fieldsWant string }{
		{"errors", `{"errors":{"base":["Sold out."],"email":["Required."]}}`, "Sold out.", "map[email:Required.]"},
		{"errors", `{"errors":{"non_field_errors":["Sold out."]}}`, "Sold out.", "map[]"},
		{"{at: errors}", `{"errors":{"__all__":"Sold out.","email":"Required."}}`, "Sold out.", "map[email:Required.]"},
		{"{at: errors, whole: [general]}", `{"errors":{"base":["Sold out."],"general":"Closed."}}`, "Closed.", "map[base:Sold out.]"},
		{"{at: errors, whole: []}", `{"errors":{"base":["Sold out."]}}`, "", "map[base:Sold out.]"},
		{"errors", `{"errors":{"price":{"base":"Too low."}}}`, "", "map[price.base:Too low.]"},
		{"{at: errors, field: name, message: why}", `{"errors":[{"name":"base","why":"Sold out."}]}`, "", "map[base:Sold out.]"},
	} {
		tr := readResponse(t, testDialect(t, "shape: {message: message, fields: "+c.fields+"}\ncodes: {}\n"), jsonResponse(422, c.body))
		if got := fmt.Sprint(tr.Fields()); tr.Message != c.message || got != c.fieldsWant {
			t.Errorf("%s of %s: %q and %s, want %q and %s", c.fields, c.body, tr.Message, got, c.message, c.fieldsWant)
		}
	}
}

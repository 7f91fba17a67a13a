package translate_test

import (
	"fmt"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate"
)

// load reads the built-in taxonomy and one built-in dialect.
func load(name string) *translate.Engine {
	data, _ := mappings.Files.ReadFile(mappings.TaxonomyFile)
	codes, _ := yamlfile.ReadTaxonomy(mappings.TaxonomyFile, data)
	taxonomy, _ := translate.CompileTaxonomy(codes)

	file, data, _ := mappings.Dialect(name)
	d, _ := yamlfile.ReadDialect(file, data)
	engine, _ := translate.Compile(taxonomy, []*dialect.File{d}, nil)
	return engine
}

func Example() {
	engine := load("rustbill") // once; without the errors for brevity
	policy := translate.DefaultPolicy()

	t := engine.Acquire() // for every error
	defer t.Release()
	t.Read(400, []byte(`{"error": "coupon_expired", "message": "That coupon ended on 1 May.", "discount": 5.00}`))

	fmt.Println(t.HTTPStatus(&policy), t.Code.Name)
	fmt.Printf("%s\n", t.AppendCanonical(nil, &policy, translate.RenderParams{RequestID: "req_1"}))
	// Output:
	// 422 BILLING.COUPON_EXPIRED
	// {"error":{"code":"BILLING.COUPON_EXPIRED","type":"billing","category":"invalid_request","status":422,"message":"That coupon ended on 1 May.","details":{"discount":5.00},"retry":{"strategy":"never","safe":false}},"meta":{"request_id":"req_1","api_version":"1","origin":"upstream","match":"table"}}
}

func ExampleTranslation_AppendProblem() {
	engine := load("rustbill")
	policy := translate.DefaultPolicy()

	t := engine.Acquire()
	defer t.Release()
	t.Read(400, []byte(`{"error": "validation_error", "message": "Please check the form.", "fields": {"items[0].sku": "There is no such thing."}}`))

	fmt.Printf("%s\n", t.AppendProblem(nil, &policy, translate.RenderParams{RequestID: "req_1"}))
	// Output:
	// {"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"Please check the form.","code":"VALIDATION.FAILED","category":"invalid_request","errors":[{"pointer":"#/items/0/sku","detail":"There is no such thing."}],"retry":{"strategy":"never","safe":false},"request_id":"req_1"}
}

func ExampleTranslation_AppendDialect() {
	engine := load("rustbill")
	policy := translate.DefaultPolicy()

	t := engine.Acquire()
	defer t.Release()
	t.ReadStatus(404, translate.FromProxy) // without a body

	body, status, _ := t.AppendDialect(nil, "rustbill", &policy, translate.RenderParams{RequestID: "req_1"})
	fmt.Printf("%d %s\n", status, body)
	// Output:
	// 404 {"error":"not_found","message":"The requested resource was not found."}
}

func ExampleFaults() {
	_, err := yamlfile.ReadDialect("acme.yaml", []byte(`
dialect: acme
about: an API of acme
shape:
  code: error.code
  mesage: error.message
codes:
  lost: 404 not_found
`))
	fmt.Println(err)
	// Output:
	// acme.yaml:6:3: unknown key "mesage" in shape; did you mean `message`?
	// acme.yaml:8:9: "not_found" is not a canonical code; use two or three upper-case words joined by dots, for example NOT.FOUND
}

func ExampleEngine_Explain() {
	engine := load("rustbill")
	for _, trial := range engine.Explain(translate.Response{Status: 404, Body: []byte(`{"error": "Not Found", "message": "No such job."}`)}).Trials {
		fmt.Println(trial.Dialect, trial.Matched, trial.Reason())
	}
	// Output:
	// rustbill false the code at error does not have the form lower_snake
}

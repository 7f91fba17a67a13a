package tests

import (
	"strings"
	"testing"
)

// storefront and warehouse are dialects of the same shape, which differ in the hosts
// of their upstreams.
const (
	storefront = `dialect: storefront
about: "Storefront API: code and message"
hosts: [localhost]
match: {keys: [code, message]}
shape: {code: code, message: message}
codes: {e7: 404 PRODUCT.NOT_FOUND}
`
	warehouse = `dialect: warehouse
about: "Warehouse API: code and message"
hosts: ["127.0.0.*"]
match: {keys: [code, message]}
shape: {code: code, message: message}
codes: {e7: 409 PRODUCT.OUT_OF_STOCK}
`
)

// TestHosts detects dialects by the host that reverse_proxy dialed.
func TestHosts(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{"/item": {409, []string{asJSON}, `{"code":"e7","message":"Item 7 is not available."}`}})
	_, port, _ := strings.Cut(backend, ":")
	p := serve(t, "", `
http://a.test:{$PORT} {
	translate_errors {
		dialect ./storefront.yaml ./warehouse.yaml
	}
	handle_path /store/* {
		reverse_proxy localhost:`+port+`
	}
	handle_path /warehouse/* {
		reverse_proxy `+backend+`
	}
}
`, "storefront.yaml", storefront, "warehouse.yaml", warehouse)
	for path, want := range map[string]string{"/store/item": "PRODUCT.NOT_FOUND", "/warehouse/item": "PRODUCT.OUT_OF_STOCK"} {
		if got := p.get(t, "a.test"+path).envelope(t).Error.Code; got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

package redact_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate/redact"
)

func TestAllowsName(t *testing.T) {
	for _, s := range []string{
		"email", "items.0.sku", "customer.address.zip", "Order.Customer.Name", "X-Api-Key", "password", "user.password", "$filter", "@type", "page[size]", "First name",
		"data.attributes.name", "opt.in", "var.x", "local", "items.12345", "a_b-c", "名前", "straße", "", "object", "stack_size", "max_tokens", "2fa_code", "app.version",
		"ratio 16:9", "price>100", "order.py",
	} {
		if !(&redact.Filter{}).AllowsName(s) {
			t.Errorf("%q is not allowed", s)
		}
	}
	for _, s := range []string{
		"sk_live_51H8abcDEFghijk", "AKIAIOSFODNN7EXAMPLE", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqb2UifQ.c2ln", "ghp_abcdefghijklmnop1234", "password=hunter2", "api_key: 8f3a9c",
		"/srv/shop/orders.py", "srv.shop.orders.py", "etc.passwd", "var.www.html.index.php", `C:\inetpub\wwwroot`, `\\files\share`, "postgres://shop:x@db/shop", "http://orders:8080/v1",
		"10.0.4.17", "fe80::1", "db1.prod.internal", "orders-db:5432", "orders-7d9f8b6c5-x2x4q", "select * from users", "java.lang.String", "com.acme.Order", "App\\Models\\Order", "std::string",
		"4242 4242 4242 4242", "DE89370400440532013000", "123-45-6789", "cn=admin,dc=example,dc=com", `{"a":1}`, "a\nb", "a\u0085b", "<b>", strings.Repeat("a", 501),
	} {
		if (&redact.Filter{}).AllowsName(s) {
			t.Errorf("%q is allowed", s)
		}
	}
}

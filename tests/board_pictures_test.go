package tests

import (
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/koine-proxy/koine/ledger"
)

// demoSites are the sites of the pictures: one is observed, two are translated.
func demoSites(backend string) string {
	return `
http://board.test:{$PORT} {
	error_board
}
http://billing.test:{$PORT} {
	translate_errors {
		name billing
		dialect rustbill
		mode observe
	}
	handle /v1/* {
		reverse_proxy ` + backend + `
	}
	handle /v2/* {
		reverse_proxy ` + backend + `
	}
}
http://orders.test:{$PORT} {
	translate_errors {
		name orders
		dialect orders auto
		watch 100ms
	}
	reverse_proxy ` + backend + `
}
http://licences.test:{$PORT} {
	translate_errors {
		name licences
		dialect licensekey
	}
	reverse_proxy ` + backend + `
}
`
}

// demoDays is the number of days of the history in the pictures.
const demoDays = 9

// demoHistory is what another instance has saved: errors of nine days, of which ever fewer are
// not mapped.
func demoHistory(now time.Time) *ledger.Snapshot {
	begin := now.Add(-demoDays * 24 * time.Hour).Unix()
	s := &ledger.Snapshot{Version: ledger.SnapshotVersion, Run: "demo", Saved: now.Unix(), Since: begin}
	for _, site := range []string{"billing", "licences", "orders"} {
		s.Sites = append(s.Sites, ledger.SiteTotals{Site: site, Answers: 412_000})
	}
	for _, d := range []struct {
		site, route, dialect string
		perHour, unmapped    float64 // unmapped at the begin of the week; it gets less
	}{
		{"billing", "/v1/*", "rustbill", 410, 0.42}, {"billing", "/v2/*", "rustbill", 230, 0.30},
		{"orders", "", "orders", 170, 0}, {"licences", "", "licensekey", 310, 0},
	} {
		t := ledger.Stratum{Site: d.site, Route: d.route, Dialect: d.dialect, Days: demoDays, First: begin, Last: now.Unix()}
		for h := range 24 * 7 {
			at := now.Add(-time.Duration(24*7-1-h) * time.Hour)
			n := int64(d.perHour * (1 + 0.6*math.Sin(float64(at.Hour()-8)/24*2*math.Pi)))
			done := float64(h) / (24 * 7)
			bad := int64(float64(n) * d.unmapped * math.Max(0, 1-1.12*math.Floor(done*6)/5))
			start := at.Unix() / 3600 * 3600
			t.ErrorsByHour = append(t.ErrorsByHour, ledger.Hour{Start: start, Count: n})
			if bad > 0 {
				t.UnmappedByHour = append(t.UnmappedByHour, ledger.Hour{Start: start, Count: bad})
			}
			t.Errors, t.Fallback = t.Errors+n, t.Fallback+bad
		}
		t.Mapped = t.Errors - t.Fallback
		s.Strata = append(s.Strata, t)
	}
	s.Strata[2].Days = 4 // orders
	// What was not mapped at the begin of the week is in the tables by now.
	for i := range 2 {
		t := &s.Strata[i]
		s.Entries = append(s.Entries, ledger.Entry{
			Site: t.Site, Route: t.Route, Dialect: t.Dialect, Code: "coupon_expired", Status: 400, Count: t.Fallback, Fallback: t.Fallback,
			First: begin, Last: now.Unix() - 7200, Canonical: "BILLING.COUPON_EXPIRED", Match: "table", Observed: true,
		})
	}
	for i := range s.Entries { // as snapshots name them
		s.Entries[i].ID = fmt.Sprintf("%016x", i)
	}
	return s
}

// demoBackend answers with errors of the dialects of the pictures.
func demoBackend(t *testing.T) string {
	return respondWith(t, map[string]response{
		"/v1/seats":    {404, []string{asJSON}, `{"error":"seat_gone","message":"This seat is not part of the plan any more.","fields":{"seat":"Choose another seat."}}`},
		"/v1/plan":     {400, []string{asJSON}, `{"error":"plan_frozen","message":"The plan is frozen until the invoice is paid."}`},
		"/v2/invoice":  {409, []string{asJSON}, `{"error":"invoice_locked","message":"Another session has the invoice open."}`},
		"/v2/tax":      {422, []string{asJSON}, `{"error":"tax_id_unverified","message":"The tax number was not verified yet."}`},
		"/v1/coupon":   {400, []string{asJSON}, `{"error":"coupon_expired","message":"This coupon ended in May."}`},
		"/v2/payment":  {400, []string{asJSON}, `{"error":"payment_failed","message":"The bank declined the payment."}`},
		"/late":        {408, []string{asJSON}, `{"code":"ORDER_TIMEOUT","message":"The order takes too long."}`},
		"/missing":     {404, []string{asJSON}, `{"error":{"code":"ORDER_NOT_FOUND","message":"There is no such order."}}`},
		"/expired":     {401, []string{asJSON}, `{"code":"license_expired","message":"Your license key ended in May.","request_id":"req_7f3a2b1d","metadata":{}}`},
		"/no-customer": {404, []string{asJSON}, `{"code":"customer_not_found","message":"No customer has this id.","request_id":"req_7f3a2b1c","metadata":{}}`},
	})
}

// TestBoardPictures checks every page in every view. With -update it takes the pictures of the
// documentation.
func TestBoardPictures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	saved := filepath.Join(dir, "translate_errors", "ledger")
	if err := os.MkdirAll(saved, 0o700); err != nil {
		t.Fatal(err)
	}
	data, err := demoHistory(time.Now()).Encode()
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(saved, "demo-0.json.gz"), string(data))
	config := filepath.Join(dir, "Caddyfile")
	write(t, config, caddyfile("", demoSites(demoBackend(t))))
	p := start(t, config)
	id := ""
	for where, times := range map[string]int{
		"billing.test/v1/seats": 142, "billing.test/v1/plan": 46, "billing.test/v2/invoice": 14, "billing.test/v2/tax": 3, "billing.test/v1/coupon": 60,
		"billing.test/v2/payment": 25, "orders.test/late": 7, "orders.test/missing": 30, "licences.test/expired": 30, "licences.test/no-customer": 12,
	} {
		for range times {
			if a := p.get(t, where); where == "billing.test/v1/seats" {
				id = a.header.Get("X-Request-Id")
			}
		}
	}
	for _, u := range p.unmapped(t) {
		if u.Code == "tax_id_unverified" {
			p.askAdmin(t, http.MethodPost, "/translate_errors/unmapped/ignore", `{"id":"`+u.ID+`","reason":"Retired with the old tax form in May"}`, nil)
		}
	}
	for _, v := range views {
		t.Run(v.String(), func(t *testing.T) {
			page := openPage(t, p.url("board.test/"), v)
			page.await(t, `document.querySelector(".is-live") !== null`)
			page.check(t, "overview")
			page.screenshot(t, "board")
			page.illustrate(t, "board", "header", "#s-unmapped")
			page.illustrate(t, "board-unmapped", "#s-unmapped", "#s-unmapped")
			page.illustrate(t, "board-coverage", "#s-time", "#s-before")
			page.click(t, ".ready summary")
			page.click(t, ".chart summary")
			page.click(t, "[data-row] .act summary")
			page.check(t, "opened")
			page.screenshot(t, "board-opened")
			page.run(t, chromedp.Navigate(p.url("board.test/?request="+id)))
			page.check(t, "entry")
			page.screenshot(t, "board-entry")
			page.illustrate(t, "board-entry", "header", "#side ~ p:last-of-type")
			page.run(t, chromedp.Navigate(p.url("board.test/")))
			page.run(t, chromedp.SetValue(chromedp.CSS("#try-site"), "orders"))
			page.enter(t, "#response", "HTTP/1.1 408 Request Timeout\nContent-Type: application/json\n\n{\"code\":\"ORDER_TIMEOUT\",\"message\":\"The order takes too long.\"}\n")
			page.click(t, "button[value=try]")
			page.await(t, `document.querySelector("#explanation") !== null`)
			page.check(t, "trial")
			page.screenshot(t, "board-trial")
			page.run(t, chromedp.Navigate(p.url("board.test/?q=no-such-code")))
			page.check(t, "nothing matches")
		})
	}
}

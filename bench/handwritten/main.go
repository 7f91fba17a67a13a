// Command handwritten is a reverse proxy that translates one dialect as one would write it by hand: with ModifyResponse and
// encoding/json. The benchmarks compare with it.
//
//	handwritten ADDRESS UPSTREAM [pass]
//
// With pass it passes errors unchanged.
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
)

// legacy is the body of the upstream's errors.
type legacy struct {
	Error struct {
		Code    string         `json:"code"`
		Message string         `json:"message"`
		Details map[string]any `json:"details"`
	} `json:"error"`
}

// canonical is the body of the answers.
type canonical struct {
	Error struct {
		Code     string         `json:"code"`
		Type     string         `json:"type"`
		Category string         `json:"category"`
		Status   int            `json:"status"`
		Message  string         `json:"message"`
		Details  map[string]any `json:"details,omitempty"`
		Retry    struct {
			Strategy string `json:"strategy"`
			Safe     bool   `json:"safe"`
		} `json:"retry"`
	} `json:"error"`
	Meta struct {
		RequestID  string `json:"request_id"`
		APIVersion string `json:"api_version"`
		Origin     string `json:"origin"`
		Match      string `json:"match"`
	} `json:"meta"`
}

// codes are the canonical codes, each with its type, category and strategy.
var codes = map[string][4]string{
	"PRODUCT_NOT_FOUND":            {"PRODUCT.NOT_FOUND", "product", "not_found", "never"},
	"PRODUCT_OUT_OF_STOCK":         {"PRODUCT.OUT_OF_STOCK", "product", "conflict", "never"},
	"AUTH_INVALID_KEY":             {"AUTH.INVALID_API_KEY", "auth", "unauthenticated", "never"},
	"AUTH_INSUFFICIENT_PERMISSION": {"AUTH.INSUFFICIENT_PERMISSIONS", "auth", "permission_denied", "never"},
	"RATE_LIMIT_EXCEEDED":          {"RATE_LIMIT.EXCEEDED", "rate_limit", "rate_limited", "wait"},
	"INSUFFICIENT_BALANCE":         {"BILLING.INSUFFICIENT_BALANCE", "billing", "payment_required", "never"},
	"INTERNAL_ERROR":               {"INTERNAL.ERROR", "internal", "internal", "backoff"},
}

func main() {
	upstream, err := url.Parse(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(upstream); r.Out.Header.Set("X-Request-Id", rand.Text()) },
		Transport: &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true},
	}
	if len(os.Args) < 4 {
		proxy.ModifyResponse = translate
	}
	log.Fatal(http.ListenAndServe(os.Args[1], proxy))
}

// translate replaces the body of an error.
func translate(r *http.Response) error {
	id := r.Request.Header.Get("X-Request-Id")
	r.Header.Set("X-Request-Id", id)
	if r.StatusCode < 400 {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return err
	}
	_ = r.Body.Close()
	var in legacy
	var out canonical
	known := [4]string{"REQUEST.INVALID", "request", "invalid_request", "never"}
	if json.Unmarshal(body, &in) == nil {
		if row, ok := codes[in.Error.Code]; ok {
			known = row
		}
	}
	out.Error.Code, out.Error.Type, out.Error.Category, out.Error.Retry.Strategy = known[0], known[1], known[2], known[3]
	out.Error.Status, out.Error.Message, out.Error.Details = r.StatusCode, in.Error.Message, in.Error.Details
	out.Error.Retry.Safe = r.Request.Method == http.MethodGet
	out.Meta.RequestID, out.Meta.APIVersion, out.Meta.Origin, out.Meta.Match = id, "1", "upstream", "table"
	answer, err := json.Marshal(out)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(answer))
	r.ContentLength = int64(len(answer))
	r.Header.Set("Content-Length", strconv.Itoa(len(answer)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cache-Control", "no-store")
	return nil
}

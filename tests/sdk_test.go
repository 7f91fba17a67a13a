package tests

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// sdkErrors are errors of the five dialects that the project started with, by scenario.
var sdkErrors = map[string]response{
	"invalid_key": {401, []string{asJSON}, `{"error":"invalid_api_key","message":"This key is not known here."}`},                                                                                                       // rustbill
	"not_found":   {404, []string{asJSON}, `{"code":"not_found","message":"There is no such thing.","request_id":"req_b"}`},                                                                                             // licensekey
	"busy":        {429, []string{asJSON, "Retry-After: 7"}, `{"error":{"code":"RATE_LIMIT.EXCEEDED","message":"Please slow down.","type":"rate_limit","status":429},"meta":{"request_id":"req_b","api_version":"1"}}`}, // validonx
	"crash":       {500, []string{asJSON}, `{"code":"INTERNAL_ERROR","message":"NullPointerException in Shop.java"}`},                                                                                                   // orders
	"forbidden":   {403, []string{asJSON}, `{"success":false,"data":null,"error":{"code":"AUTH_INSUFFICIENT_PERMISSION","message":"You may not do this."},"meta":{"request_id":"req_b"}}`},                              // success
	"invalid":     {400, []string{asJSON}, `{"error":"validation_error","message":"Please check the form.","fields":{"email":"This address is unknown."}}`},                                                             // rustbill
}

// sdkScenarios are the scenarios in a fixed order.
var sdkScenarios = []string{"invalid_key", "not_found", "busy", "crash", "forbidden", "invalid"}

// TestSDKs has the SDKs of vendors call a proxy whose upstreams speak other dialects. They must
// raise what their documentation promises, with the sentence of the upstream.
func TestSDKs(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		e := sdkErrors[strings.TrimSuffix(path.Base(r.URL.Path), ".json")]
		for _, line := range e.header {
			name, value, _ := strings.Cut(line, ": ")
			w.Header().Set(name, value)
		}
		w.WriteHeader(e.status)
		_, _ = w.Write([]byte(e.body))
	})
	p := serve(t, "", `
http://127.0.0.1:{$PORT} {
	translate_errors {
		dialect rustbill licensekey validonx orders success auto
		respond_as /openai/* openai
		respond_as /v1/* stripe
		respond_as /github/* github
		respond_as /slack/* slack
		respond_as /twilio/* twilio
		respond_as /anthropic/* anthropic
		respond_as /notion/* notion
		respond_as /sendgrid/* sendgrid
	}
	reverse_proxy `+backend+`
}
`)
	modules := nodeModules(t)
	type fields = map[string]any
	for sdk, want := range map[string]map[string]fields{
		"openai": {
			"invalid_key": {"class": "AuthenticationError", "status": 401.0, "code": "invalid_api_key", "type": "invalid_request_error", "message": "401 This key is not known here."},
			"not_found":   {"class": "NotFoundError", "status": 404.0, "message": "404 There is no such thing."},
			"busy":        {"class": "RateLimitError", "status": 429.0, "code": "rate_limit_exceeded", "type": "requests", "message": "429 Please slow down."},
			"crash":       {"class": "InternalServerError", "status": 500.0, "code": nil, "type": "api_error", "message": "500 Something went wrong on our side."},
			"forbidden":   {"class": "PermissionDeniedError", "status": 403.0, "message": "403 You may not do this."},
			"invalid":     {"class": "UnprocessableEntityError", "status": 422.0, "code": nil, "type": "invalid_request_error", "message": "422 Please check the form."},
		},
		"stripe": {
			"invalid_key": {"class": "StripeAuthenticationError", "status": 401.0, "code": nil, "message": "This key is not known here."},
			"not_found":   {"class": "StripeInvalidRequestError", "status": 404.0, "code": "resource_missing", "message": "There is no such thing."},
			"busy":        {"class": "StripeRateLimitError", "status": 429.0, "code": "rate_limit", "message": "Please slow down."},
			"crash":       {"class": "StripeAPIError", "status": 500.0, "message": "Something went wrong on our side."},
			"forbidden":   {"class": "StripePermissionError", "status": 403.0, "message": "You may not do this."},
			"invalid":     {"class": "StripeInvalidRequestError", "status": 400.0, "code": "invalid_fields", "message": "Please check the form."},
		},
		"octokit": {
			"invalid_key": {"class": "RequestError", "status": 401.0, "message": "This key is not known here. - https://docs.github.com/rest"},
			"not_found":   {"class": "RequestError", "status": 404.0, "message": "There is no such thing. - https://docs.github.com/rest"},
			"busy":        {"class": "RequestError", "status": 429.0, "message": "Please slow down. - https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"},
			"crash":       {"class": "RequestError", "status": 500.0},
			"forbidden":   {"class": "RequestError", "status": 403.0},
			"invalid":     {"class": "RequestError", "status": 422.0},
		},
		"slack": {
			"invalid_key": {"code": "slack_webapi_platform_error", "error": "invalid_auth", "messages": []any{"This key is not known here."}},
			"not_found":   {"code": "slack_webapi_platform_error", "error": "channel_not_found", "messages": []any{"There is no such thing."}},
			"busy":        {"code": "slack_webapi_rate_limited_error", "retryAfter": 7.0},
			"crash":       {"code": "slack_webapi_platform_error", "error": "fatal_error"},
			"forbidden":   {"code": "slack_webapi_platform_error", "error": "no_permission"},
			"invalid":     {"code": "slack_webapi_platform_error", "error": "invalid_arguments"},
		},
		"twilio": {
			"invalid_key": {"class": "RestException", "status": 401.0, "code": 20003.0, "message": "This key is not known here.", "moreInfo": "https://www.twilio.com/docs/errors/20003"},
			"not_found":   {"class": "RestException", "status": 404.0, "code": 20404.0, "message": "There is no such thing."},
			"busy":        {"class": "RestException", "status": 429.0, "code": 14107.0, "message": "Please slow down."},
			"crash":       {"class": "RestException", "status": 500.0, "code": 20500.0},
			"forbidden":   {"class": "RestException", "status": 403.0},
			"invalid":     {"class": "RestException", "message": "Please check the form."},
		},
		"anthropic": {
			"invalid_key": {"class": "AuthenticationError", "status": 401.0, "type": "authentication_error", "text": "This key is not known here."},
			"not_found":   {"class": "NotFoundError", "status": 404.0, "type": "not_found_error", "text": "There is no such thing."},
			"busy":        {"class": "RateLimitError", "status": 429.0, "type": "rate_limit_error", "text": "Please slow down."},
			"crash":       {"class": "InternalServerError", "status": 500.0, "type": "api_error"},
			"forbidden":   {"class": "PermissionDeniedError", "status": 403.0, "type": "permission_error", "text": "You may not do this."},
			"invalid":     {"class": "UnprocessableEntityError", "status": 422.0, "type": "invalid_request_error", "text": "Please check the form."},
		},
		"notion": {
			"invalid_key": {"class": "APIResponseError", "status": 401.0, "code": "unauthorized", "message": "This key is not known here."},
			"not_found":   {"class": "APIResponseError", "status": 404.0, "code": "object_not_found", "message": "There is no such thing."},
			"busy":        {"class": "APIResponseError", "status": 429.0, "code": "rate_limited", "message": "Please slow down."},
			"crash":       {"class": "APIResponseError", "status": 500.0, "code": "internal_server_error"},
			"forbidden":   {"class": "APIResponseError", "status": 403.0, "code": "restricted_resource", "message": "You may not do this."},
			"invalid":     {"class": "APIResponseError", "status": 400.0, "code": "validation_error", "message": "Please check the form."},
		},
		"sendgrid": {
			"invalid_key": {"class": "ResponseError", "status": 401.0, "message": "This key is not known here.", "field": nil},
			"not_found":   {"class": "ResponseError", "status": 404.0, "message": "There is no such thing."},
			"busy":        {"class": "ResponseError", "status": 429.0, "message": "Please slow down."},
			"crash":       {"class": "ResponseError", "status": 500.0},
			"forbidden":   {"class": "ResponseError", "status": 403.0, "message": "You may not do this."},
			"invalid":     {"class": "ResponseError", "message": "Please check the form."},
		},
	} {
		t.Run(sdk, func(t *testing.T) {
			script := filepath.Join(filepath.Dir(modules), "sdk", sdk+".mjs")
			out, err := exec.Command("node", append([]string{script, "http://" + p.addr}, sdkScenarios...)...).CombinedOutput() //nolint:gosec // a file of this repository
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			var got map[string]fields
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			for _, scenario := range sdkScenarios {
				for name, value := range want[scenario] {
					if !reflect.DeepEqual(got[scenario][name], value) {
						t.Errorf("%s: %s is %v, want %v: %v", scenario, name, got[scenario][name], value, got[scenario])
					}
				}
			}
		})
	}
}

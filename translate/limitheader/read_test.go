package limitheader_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// TestReadVendors reads the headers of many vendors.
func TestReadVendors(t *testing.T) {
	e := builtInTable(t)
	for _, c := range []struct{ vendor, header, want string }{
		{"GitHub", `x-ratelimit-limit: 5000
			x-ratelimit-remaining: 4999
			x-ratelimit-used: 1
			x-ratelimit-reset: 1777626000
			x-ratelimit-resource: core`, "default 5000/4999 t=3599.5"},
		{"GitHub, used up", `x-ratelimit-limit: 60
			x-ratelimit-remaining: 0
			x-ratelimit-used: 60
			x-ratelimit-reset: 1777622401`, "default 60/0 t=0.5"},
		{"X", `x-rate-limit-limit: 15
			x-rate-limit-remaining: 0
			x-rate-limit-reset: 1777623300`, "default 15/0 t=899.5"},
		{"Okta", `X-Rate-Limit-Limit: 600
			X-Rate-Limit-Remaining: 599
			X-Rate-Limit-Reset: 1777622460`, "default 600/599 t=59.5"},
		{"GitLab", `RateLimit-Limit: 600
			RateLimit-Name: throttle_authenticated_api
			RateLimit-Observed: 67
			RateLimit-Remaining: 533
			RateLimit-Reset: 1777622460
			RateLimit-ResetTime: Fri, 01 May 2026 08:01:00 GMT`, "default 600/533 t=59.5"},
		{"Discord", `X-RateLimit-Limit: 5
			X-RateLimit-Remaining: 0
			X-RateLimit-Reset: 1777622465.070
			X-RateLimit-Reset-After: 64.57
			X-RateLimit-Bucket: abcd1234
			X-RateLimit-Scope: user`, "default 5/0 t=64.57"},
		{"Discord, without the seconds", `X-RateLimit-Limit: 5
			X-RateLimit-Remaining: 0
			X-RateLimit-Reset: 1777622465.25`, "default 5/0 t=64.75"},
		{"Linear", `X-RateLimit-Requests-Limit: 2500
			X-RateLimit-Requests-Remaining: 0
			X-RateLimit-Requests-Reset: 1777626000750
			X-RateLimit-Endpoint-Requests-Limit: 100
			X-RateLimit-Endpoint-Requests-Remaining: 99
			X-RateLimit-Endpoint-Requests-Reset: 1777622460500
			X-RateLimit-Endpoint-Name: commentCreate
			X-Complexity: 12
			X-RateLimit-Complexity-Limit: 3000000
			X-RateLimit-Complexity-Remaining: 2999988
			X-RateLimit-Complexity-Reset: 1777626000500`,
			"complexity 3000000/2999988 t=3600, endpoint-requests 100/99 t=60, requests 2500/0 t=3600.25"},
		{"Jira", `X-RateLimit-Limit: 350
			X-RateLimit-Remaining: 0
			X-RateLimit-Reset: 2026-05-01T08:01:00Z
			X-RateLimit-NearLimit: false
			RateLimit-Reason: jira-burst-based`, "default 350/0 t=59.5"},
		{"Jira, without seconds", `X-RateLimit-Limit: 350
			X-RateLimit-Remaining: 0
			X-RateLimit-Reset: 2026-05-01T08:02Z`, "default 350/0 t=119.5"},
		{"Anthropic", `anthropic-ratelimit-requests-limit: 1000
			anthropic-ratelimit-requests-remaining: 999
			anthropic-ratelimit-requests-reset: 2026-05-01T08:00:01Z
			anthropic-ratelimit-tokens-limit: 100000
			anthropic-ratelimit-tokens-remaining: 80000
			anthropic-ratelimit-tokens-reset: 2026-05-01T08:00:12.5Z
			anthropic-ratelimit-input-tokens-limit: 80000
			anthropic-ratelimit-input-tokens-remaining: 70000
			anthropic-ratelimit-input-tokens-reset: 2026-05-01T10:00:10.5+02:00
			anthropic-ratelimit-output-tokens-limit: 20000
			anthropic-ratelimit-output-tokens-remaining: 10000
			anthropic-ratelimit-output-tokens-reset: 2026-05-01T08:00:30.5Z
			retry-after: 3`,
			"input-tokens 80000/70000 t=10, output-tokens 20000/10000 t=30, requests 1000/999 t=0.5, tokens 100000/80000 t=12"},
		{"OpenAI", `x-ratelimit-limit-requests: 60
			x-ratelimit-limit-tokens: 150000
			x-ratelimit-remaining-requests: 59
			x-ratelimit-remaining-tokens: 149984
			x-ratelimit-reset-requests: 1s
			x-ratelimit-reset-tokens: 6m0s`, "requests 60/59 t=1, tokens 150000/149984 t=360"},
		{"Groq", `x-ratelimit-limit-requests: 14400
			x-ratelimit-limit-tokens: 18000
			x-ratelimit-remaining-requests: 14370
			x-ratelimit-remaining-tokens: 17997
			x-ratelimit-reset-requests: 2m59.56s
			x-ratelimit-reset-tokens: 7.66s`, "requests 14400/14370 t=179.56, tokens 18000/17997 t=7.66"},
		{"Together AI", `x-ratelimit-reset: 12`, ""},
		{"Reddit", `X-Ratelimit-Used: 4
			X-Ratelimit-Remaining: 996.0
			X-Ratelimit-Reset: 431.0`, "default 1000/996 t=431"},
		{"Zendesk", `X-Rate-Limit: 700
			X-Rate-Limit-Remaining: 699
			ratelimit-limit: 700
			ratelimit-remaining: 699
			ratelimit-reset: 41
			Zendesk-RateLimit-tickets-index: total=100; remaining=99; resets=41
			Zendesk-RateLimit-incremental-exports: total=10; remaining=9; resets=2`,
			"incremental-exports 10/9 t=2, tickets-index 100/99 t=41, default 700/699 t=41"},
		{"Zendesk, in the past", `X-Rate-Limit: 700
			X-Rate-Limit-Remaining: 699`, "default 700/699"},
		{"Shopify", `X-Shopify-Shop-Api-Call-Limit: 32/40`, "default 40/8"},
		{"Shopify, above the limit", `X-Shopify-Shop-Api-Call-Limit: 41/40`, "default 40/0"},
		{"Heroku", `RateLimit-Remaining: 4437`, "default -1/4437"},
		{"HubSpot", `X-HubSpot-RateLimit-Max: 100
			X-HubSpot-RateLimit-Remaining: 99
			X-HubSpot-RateLimit-Interval-Milliseconds: 10000
			X-HubSpot-RateLimit-Daily: 250000
			X-HubSpot-RateLimit-Daily-Remaining: 249900
			X-HubSpot-RateLimit-Secondly: 10
			X-HubSpot-RateLimit-Secondly-Remaining: 9`,
			"default 100/99 w=10, daily 250000/249900 w=86400, secondly 10/9 w=1"},
		{"Salesforce", `Sforce-Limit-Info: api-usage=18/5000`, "default 5000/4982"},
		{"Salesforce, with the app", `Sforce-Limit-Info: api-usage=25/5000; per-app-api-usage=17/250(appName=sample-connected-app)`,
			"default 5000/4975, per-app 250/233"},
		{"Azure Resource Manager", `x-ms-ratelimit-remaining-subscription-reads: 11999
			x-ms-ratelimit-remaining-tenant-writes: 1199
			x-ms-ratelimit-remaining-resource-requests: 299
			x-ms-ratelimit-remaining-resource: Microsoft.Compute/HighCostGet3Min;159,Microsoft.Compute/HighCostGet30Min;839`,
			"resource-requests -1/299, subscription-reads -1/11999, tenant-writes -1/1199"},
		{"Microsoft Graph", `x-ms-throttle-limit-percentage: 0.9
			x-ms-resource-unit: 1`, ""},
		{"SharePoint Online", `RateLimit-Limit: 1200
			RateLimit-Remaining: 120
			RateLimit-Reset: 5`, "default 1200/120 t=5"},
		{"Cloudflare", `Ratelimit: "default";r=50;t=30
			Ratelimit-Policy: "default";q=100;w=60`, "default 100/50 t=30 w=60"},
		{"Cloudflare, several policies", `Ratelimit: "default";r=50;t=30
			Ratelimit-Policy: "burst";q=100;w=60`, "burst 100/-1 w=60, default -1/50 t=30"},
		{"the draft's example", `RateLimit-Policy: "burst";q=20;w=1, "month";q=300000;w=2592000;pk=:dGVuYW50LTQy:
			RateLimit: "burst";r=0;t=1, "month";r=812;t=186300;pk=:dGVuYW50LTQy:`,
			"burst 20/0 t=1 w=1, month 300000/812 t=186300 w=2.592e+06"},
		{"the draft, over two lines", `RateLimit-Policy: "a";q=20;w=1
			RateLimit-Policy: "b";q=30
			RateLimit: "a";r=2
			RateLimit: "b";r=3;t=4`, "a 20/2 w=1, b 30/3 t=4"},
		{"the draft, another unit", `RateLimit-Policy: "bytes";q=65535;qu="content-bytes";w=10, "hits";q=5;qu="requests"
			RateLimit: "bytes";r=100;t=5, "hits";r=4`, "bytes 65535/100 t=5 w=10 of content-bytes, hits 5/4"},
		{"express-rate-limit, draft-8", `RateLimit-Policy: "100-in-15min"; q=100; w=900; pk=:M2YxYmU0:
			RateLimit: "100-in-15min"; r=99; t=900`, "100-in-15min 100/99 t=900 w=900"},
		{"express-rate-limit, draft-7", `RateLimit: limit=100, remaining=50, reset=5
			RateLimit-Policy: 100;w=10`, "default 100/50 t=5 w=10"},
		{"express-rate-limit, draft-6", `RateLimit-Limit: 100
			RateLimit-Remaining: 50
			RateLimit-Reset: 50
			RateLimit-Policy: 10;w=1, 100;w=60`, "default 100/50 t=50 w=60"},
		{"the draft, a name without quotes", `RateLimit: default;r=50;t=30`, "default -1/50 t=30"},
		{"another Koine", `X-RateLimit-Limit: 100
			X-RateLimit-Remaining: 99
			X-RateLimit-Reset: 1777622461
			RateLimit-Policy: "users";q=100;w=60, "all";q=5000;w=60
			RateLimit: "users";r=99;t=60, "all";r=4000;t=60`, "users 100/99 t=60 w=60, all 5000/4000 t=60 w=60"},
		{"Resend", `ratelimit-limit: 2
			ratelimit-remaining: 1
			ratelimit-reset: 1
			x-resend-daily-quota: 3`, "default 2/1 t=1"},
		{"Supabase", `X-RateLimit-Limit: 120
			X-RateLimit-Remaining: 119
			X-RateLimit-Reset: 60`, "default 120/119 t=60"},
		{"MailerLite", `X-RateLimit-Limit: 60
			X-RateLimit-Remaining: 59
			X-RateLimit-Reset: 2026-05-01 08:01:00
			X-RateLimit-Retry-After: 59`, "default 60/59 t=59.5"},
		{"Zalando", `X-RateLimit-Limit: 4000
			X-RateLimit-Remaining: 0
			X-RateLimit-Reset: 110`, "default 4000/0 t=110"},
		{"Kong", `X-RateLimit-Limit-Minute: 5
			X-RateLimit-Remaining-Minute: 4
			X-RateLimit-Limit-Hour: 500
			X-RateLimit-Remaining-Hour: 499
			RateLimit-Limit: 5
			RateLimit-Remaining: 4
			RateLimit-Reset: 31`, "minute 5/4 t=31 w=60, hour 500/499 w=3600"},
		{"Kong, all periods", `X-RateLimit-Limit-Second: 1
			X-RateLimit-Limit-Day: 2
			X-RateLimit-Limit-Month: 3
			X-RateLimit-Limit-Year: 4
			X-RateLimit-Remaining-Year: 3`, "second 1/-1 w=1, day 2/-1 w=86400, month 3/-1 w=2.592e+06, year 4/3 w=3.1536e+07"},
		{"APISIX", `X-RateLimit-Limit: 2
			X-RateLimit-Remaining: 1
			X-RateLimit-Reset: 55`, "default 2/1 t=55"},
		{"APISIX, with a prefix", `X-Gold-RateLimit-Limit: 2
			X-Gold-RateLimit-Remaining: 1
			X-Gold-RateLimit-Reset: 55`, "gold 2/1 t=55"},
		{"Tyk", `X-RateLimit-Limit: 1000
			X-RateLimit-Remaining: 998
			X-RateLimit-Reset: 1777708800`, "default 1000/998 t=86399.5"},
		{"Traefik", `X-Retry-In: 30s`, ""},
		{"Spring Cloud Gateway", `X-RateLimit-Remaining: 19
			X-RateLimit-Burst-Capacity: 20
			X-RateLimit-Replenish-Rate: 10
			X-RateLimit-Requested-Tokens: 1`, "default 20/19"},
		{"Membrane", `X-RateLimit-Duration: PT30S
			X-RateLimit-Limit: 5
			X-RateLimit-Reset: 12`, "default 5/-1 t=12 w=30"},
		{"Envoy", `x-ratelimit-limit: 10, 10;w=1;name="per-ip", 1000;w=3600
			x-ratelimit-remaining: 9
			x-ratelimit-reset: 1`, "per-ip 10/9 t=1 w=1"},
		{"the first drafts", `RateLimit-Limit: 10, 10;window=1, 50;window=60
			RateLimit-Remaining: 9
			RateLimit-Reset: 1`, "default 10/9 t=1 w=1"},
		{"Stripe", `Stripe-Rate-Limited-Reason: global-rate`, ""},
		{"Twilio", `Twilio-Concurrent-Requests: 3`, ""},
		{"Tienda Nube, as the general table reads it", `X-Rate-Limit-Limit: 40
			X-Rate-Limit-Remaining: 38
			X-Rate-Limit-Reset: 500`, "default 40/38 t=500"},
	} {
		t.Run(c.vendor, func(t *testing.T) {
			limits := e.Read(parseHeader(c.header), testNow, nil)
			if got := format(limits); got != c.want {
				t.Errorf("the limits are %q, want %q", got, c.want)
			}
			checkWritable(t, limits)
		})
	}
}

// TestReadUnits reads every role and every unit of a table.
func TestReadUnits(t *testing.T) {
	for _, c := range []struct{ about, family, header, want string }{
		{"auto, seconds", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 30", "default 1/-1 t=30"},
		{"auto, a fraction", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 0.25", "default 1/-1 t=0.25"},
		{"auto, zero", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 0", "default 1/-1 t=0"},
		{"auto, the longest wait", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 31622400", "default 1/-1 t=3.16224e+07"},
		{"auto, too far", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 31622401", "default 1/-1"},
		{"auto, epoch", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 1777622430", "default 1/-1 t=29.5"},
		{"auto, epoch in the past", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 1777622390", "default 1/-1 t=-10.5"},
		{"auto, epoch too far in the past", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 1000000000", "default 1/-1"},
		{"auto, epoch in milliseconds", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 1777622430250", "default 1/-1 t=29.75"},
		{"auto, a duration", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 1h2m3.5s", "default 1/-1 t=3723.5"},
		{"auto, a duration with days", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 1d2h", "default 1/-1 t=93600"},
		{"auto, milliseconds with a unit", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 120ms", "default 1/-1 t=0.12"},
		{"auto, ISO 8601", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: P1DT1H1M1.5S", "default 1/-1 t=90061.5"},
		{"auto, weeks", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: P1W", "default 1/-1 t=604800"},
		{"auto, invalid ISO 8601", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: P1M", "default 1/-1"},
		{"auto, an HTTP date", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: Fri, 01 May 2026 08:00:10 GMT", "default 1/-1 t=9.5"},
		{"auto, a zone as in email", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: Fri, 01 May 2026 10:00:10 +0200", "default 1/-1 t=9.5"},
		{"auto, without a zone", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 2026-05-01T08:00:10", "default 1/-1 t=9.5"},
		{"auto, a zone without a colon", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 2026-05-01T10:00:10.000+0200", "default 1/-1 t=9.5"},
		{"auto, a space before the zone", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: 2026-05-01 08:00:10 UTC", "default 1/-1 t=9.5"},
		{"auto, a sign", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: -30", "default 1/-1"},
		{"auto, a sign before a duration", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: -30s", "default 1/-1"},
		{"auto, a word", "{limit: A-Limit, reset: Limit-R}", "A-Limit: 1\nLimit-R: at some time tomorrow, or on", "default 1/-1"},
		{"epoch", "{limit: A-Limit, reset: Limit-R, unit: epoch}", "A-Limit: 1\nLimit-R: 1777622430", "default 1/-1 t=29.5"},
		{"epoch, but seconds", "{limit: A-Limit, reset: Limit-R, unit: epoch}", "A-Limit: 1\nLimit-R: 30", "default 1/-1 t=30"},
		{"epoch, but milliseconds", "{limit: A-Limit, reset: Limit-R, unit: epoch}", "A-Limit: 1\nLimit-R: 1777622430500", "default 1/-1 t=30"},
		{"epoch, but a date", "{limit: A-Limit, reset: Limit-R, unit: epoch}", "A-Limit: 1\nLimit-R: 2026-05-01T08:00:10Z", "default 1/-1 t=9.5"},
		{"epoch, but a word", "{limit: A-Limit, reset: Limit-R, unit: epoch}", "A-Limit: 1\nLimit-R: soon", "default 1/-1"},
		{"epoch_milliseconds, but seconds", "{limit: A-Limit, reset: Limit-R, unit: epoch_milliseconds}", "A-Limit: 1\nLimit-R: 1777622430", "default 1/-1 t=29.5"},
		{"milliseconds, but epoch", "{limit: A-Limit, reset: Limit-R, unit: milliseconds}", "A-Limit: 1\nLimit-R: 1777622430500", "default 1/-1 t=30"},
		{"milliseconds that could be epoch", "{limit: A-Limit, reset: Limit-R, unit: milliseconds}", "A-Limit: 1\nLimit-R: 1777622430", "default 1/-1 t=1.77762243e+06"},
		{"minutes, but epoch", "{limit: A-Limit, reset: Limit-R, unit: minutes}", "A-Limit: 1\nLimit-R: 1777622430", "default 1/-1 t=29.5"},
		{"epoch_milliseconds", "{limit: A-Limit, reset: Limit-R, unit: epoch_milliseconds}", "A-Limit: 1\nLimit-R: 1777622430500", "default 1/-1 t=30"},
		{"seconds", "{limit: A-Limit, reset: Limit-R, unit: seconds}", "A-Limit: 1\nLimit-R: 1.5", "default 1/-1 t=1.5"},
		{"seconds, but epoch", "{limit: A-Limit, reset: Limit-R, unit: seconds}", "A-Limit: 1\nLimit-R: 1777622430", "default 1/-1 t=29.5"},
		{"seconds, too far for both", "{limit: A-Limit, reset: Limit-R, unit: seconds}", "A-Limit: 1\nLimit-R: 31622401", "default 1/-1"},
		{"milliseconds", "{limit: A-Limit, reset: Limit-R, unit: milliseconds}", "A-Limit: 1\nLimit-R: 1500", "default 1/-1 t=1.5"},
		{"duration", "{limit: A-Limit, reset: Limit-R, unit: duration}", "A-Limit: 1\nLimit-R: 6m0s", "default 1/-1 t=360"},
		{"duration, zero", "{limit: A-Limit, reset: Limit-R, unit: duration}", "A-Limit: 1\nLimit-R: 0", "default 1/-1 t=0"},
		{"duration, but a number", "{limit: A-Limit, reset: Limit-R, unit: duration}", "A-Limit: 1\nLimit-R: 6", "default 1/-1 t=6"},
		{"date", "{limit: A-Limit, reset: Limit-R, unit: date}", "A-Limit: 1\nLimit-R: 2026-05-01T08:00:10Z", "default 1/-1 t=9.5"},
		{"date, but a number", "{limit: A-Limit, reset: Limit-R, unit: date}", "A-Limit: 1\nLimit-R: 1777622430", "default 1/-1 t=29.5"},

		{"a name", "{name: per-minute, limit: A-Limit}", "A-Limit: 1", "per-minute 1/-1"},
		{"a star", "{limit: A-*-Limit, remaining: A-*-Limit-Left}", "A-Foo-Limit: 1\nA-Foo-Limit-Left: 0\nA-Bar-Baz-Limit: 2\nA--Limit: 3", "bar-baz 2/-1, foo 1/0"},
		{"a star in the name", "{name: of-*, limit: A-*-Limit}", "A-Foo-Limit: 1", "of-foo 1/-1"},
		{"used of a limit", "{limit: A-Limit, used: Limit-Used}", "A-Limit: 10\nLimit-Used: 4", "default 10/6"},
		{"used above the limit", "{limit: A-Limit, used: Limit-Used}", "A-Limit: 10\nLimit-Used: 14", "default 10/0"},
		{"used and remaining", "{remaining: Limit-Left, used: Limit-Used}", "Limit-Left: 6\nLimit-Used: 4", "default 10/6"},
		{"used alone", "{remaining: Limit-Left, used: Limit-Used}", "Limit-Used: 4", ""},
		{"a window", "{limit: A-Limit, window: Limit-W}", "A-Limit: 1\nLimit-W: 60", "default 1/-1 w=60"},
		{"a window in letters", "{limit: A-Limit, window: Limit-W, unit: duration}", "A-Limit: 1\nLimit-W: 5m", "default 1/-1 w=300"},
		{"a window in milliseconds", "{limit: A-Limit, window: Limit-W, unit: milliseconds}", "A-Limit: 1\nLimit-W: 5000", "default 1/-1 w=5"},
		{"a window in minutes", "{limit: A-Limit, window: Limit-W, reset: Limit-R, unit: minutes}", "A-Limit: 1\nLimit-W: 5\nLimit-R: 2", "default 1/-1 t=120 w=300"},
		{"a window beside a reset in Unix seconds", "{limit: A-Limit, window: Limit-W, reset: Limit-R, unit: epoch}", "A-Limit: 1\nLimit-W: 60\nLimit-R: 1777622430", "default 1/-1 t=29.5 w=60"},
		{"a window beside a reset that is a date", "{limit: A-Limit, window: Limit-W, reset: Limit-R, unit: date}", "A-Limit: 1\nLimit-W: 5m\nLimit-R: 2026-05-01T08:00:10Z", "default 1/-1 t=9.5 w=300"},
		{"minutes", "{limit: A-Limit, reset: Limit-R, unit: minutes}", "A-Limit: 1\nLimit-R: 1.5", "default 1/-1 t=90"},
		{"an invalid window", "{limit: A-Limit, window: Limit-W}", "A-Limit: 1\nLimit-W: 1777622430", "default 1/-1"},
		{"a constant window", "{limit: A-Limit, window: 90s}", "A-Limit: 1", "default 1/-1 w=90"},
		{"a pair", "{pair: A-Limit, reset: Limit-R}", "A-Limit: 3 / 4\nLimit-R: 7", "default 4/1 t=7"},
		{"pairs", "{pairs: A-Limit, members: {used: u, limit: l, reset: r, window: w}, unit: milliseconds}", "A-Limit: L=9, u = 2,r=4000,w=60000,x,=,y=", "default 9/7 t=4 w=60"},
		{"pairs, the same key twice", "{pairs: A-Limit, members: {remaining: r}}", "A-Limit: r=1; r=2", "default -1/1"},
		{"pairs without a known key", "{pairs: A-Limit, members: {remaining: r}}", "A-Limit: s=1", ""},
		{"another header of the IETF form", "{ietf: X-Limits, policy: X-Limits-Policy}", "X-Limits: \"a\";r=1\nX-Limits-Policy: \"a\";q=2", "a 2/1"},
		{"a name for draft 07", "{name: all, ietf: X-Limits}", "X-Limits: limit=2, remaining=1", "all 2/1"},
	} {
		t.Run(c.about, func(t *testing.T) {
			limits := tableOf(t, "limits: ["+c.family+"]").Read(parseHeader(c.header), testNow, nil)
			if got := format(limits); got != c.want {
				t.Errorf("the limits are %q, want %q", got, c.want)
			}
			checkWritable(t, limits)
		})
	}
}

// TestReadMalformed checks that malformed headers are ignored.
func TestReadMalformed(t *testing.T) {
	e := builtInTable(t)
	long := strings.Repeat("1", 2000)
	for _, c := range []struct{ about, header, want string }{
		{"words", "X-RateLimit-Limit: unlimited\nX-RateLimit-Remaining: many", ""},
		{"empty", "X-RateLimit-Limit: \nX-RateLimit-Remaining:  ", ""},
		{"negative", "X-RateLimit-Limit: -1\nX-RateLimit-Remaining: -1", ""},
		{"thousands", "X-RateLimit-Limit: 5,000\nX-RateLimit-Remaining: 4,999", ""},
		{"half a request", "X-Amzn-RateLimit-Limit: 0.5", ""},
		{"an exponent", "X-RateLimit-Limit: 1e3", ""},
		{"hexadecimal", "X-RateLimit-Limit: 0x10", ""},
		{"more than a structured field can hold", "X-RateLimit-Limit: 1000000000000000\nX-RateLimit-Remaining: 999999999999999.9999", "default -1/999999999999999"},
		{"the most that a structured field can hold", "X-RateLimit-Limit: 999999999999999\nX-RateLimit-Used: 0", "default 999999999999999/999999999999999"},
		{"long", "X-RateLimit-Limit: " + long + "\nX-RateLimit-Remaining: 1", "default -1/1"},
		{"a pair without a slash", "X-Shopify-Shop-Api-Call-Limit: 32", ""},
		{"a pair of three", "X-Shopify-Shop-Api-Call-Limit: 1/2/3", ""},
		{"a pair without a number", "X-Shopify-Shop-Api-Call-Limit: a/40", ""},
		{"pairs without pairs", "Zendesk-RateLimit-x: total; remaining", ""},
		{"an invalid policy", "RateLimit-Limit: 10, 10;w=x\nRateLimit-Remaining: 9", "default -1/9"},
		{"a list with an extra comma", `RateLimit: "a";r=1,`, ""},
		{"a list with a missing quote", `RateLimit: "a";r=1, "b;r=2`, ""},
		{"a list without a number", `RateLimit: "a";r=1, "b";t=2`, ""},
		{"a number that is a text", `RateLimit: "a";r="1"`, ""},
		{"a number that is a decimal", `RateLimit: "a";r=1.0`, ""},
		{"a number below 0", `RateLimit: "a";r=-1`, ""},
		{"a time that is a text", `RateLimit: "a";r=1;t="2"`, ""},
		{"a list of numbers", `RateLimit: 1, 2`, ""},
		{"a list of lists", `RateLimit: ("a" "b");r=1`, ""},
		{"a name that is not ASCII", "RateLimit: \"ä\";r=1", ""},
		{"no name", `RateLimit: "";r=1`, ""},
		{"a name that is too long", `RateLimit: "` + long[:200] + `";r=1`, ""},
		{"a dictionary without numbers", `RateLimit: limit=a, remaining=50`, ""},
		{"a dictionary with a quota below 0", `RateLimit: limit=-10, remaining=1`, ""},
		{"a dictionary with a reset below 0", `RateLimit: limit=10, remaining=1, reset=-5`, ""},
		{"a dictionary with a reset alone", `RateLimit: reset=5`, ""},
		{"a policy without a quota", "RateLimit-Policy: \"a\";w=60\nRateLimit: \"a\";r=5", "a -1/5"},
		{"a policy of texts", "RateLimit-Policy: \"a\";q=\"60\"", ""},
		{"a unit that is not a text", "RateLimit-Policy: \"a\";q=60;qu=5", ""},
		{"policies as numbers, alone", "RateLimit-Policy: 10;w=1", ""},
		{"a window of 0", "RateLimit-Policy: \"a\";q=60;w=0", "a 60/-1"},
		{"a reset in a hundred years", "RateLimit: \"a\";r=1;t=3153600000", "a -1/1"},
		{"the same name twice", `RateLimit: "a";r=1, "a";r=2`, "a -1/1"},
		{"two limits of one name", "RateLimit-Limit: 10\nRateLimit-Remaining: 9\nX-RateLimit-Limit: 100\nX-RateLimit-Remaining: 99", "default 10/9"},
	} {
		t.Run(c.about, func(t *testing.T) {
			limits := e.Read(parseHeader(c.header), testNow, nil)
			if got := format(limits); got != c.want {
				t.Errorf("the limits are %q, want %q", got, c.want)
			}
			checkWritable(t, limits)
		})
	}
	// A quote can be part of a name, and is written as an escape.
	limits := e.Read(http.Header{"Ratelimit": {`"a\"b\\c";r=1`}}, testNow, nil)
	if len(limits) != 1 || limits[0].Name != `a"b\c` {
		t.Errorf("the limits are %q", format(limits))
	}
	checkWritable(t, limits)
}

// TestReadNegative reads counts below 0.
func TestReadNegative(t *testing.T) {
	e := builtInTable(t)
	for _, c := range []struct{ about, header, want string }{
		{"remaining", "X-RateLimit-Limit: 10\nX-RateLimit-Remaining: -3", "default 10/0"},
		{"remaining, alone", "X-RateLimit-Remaining: -3", "default -1/0"},
		{"remaining, a fraction", "X-RateLimit-Limit: 10\nX-RateLimit-Remaining: -0.5", "default 10/0"},
		{"-1 with a quota", "X-RateLimit-Limit: 10\nX-RateLimit-Remaining: -1", "default 10/0"},
		{"-1 without a quota", "X-RateLimit-Remaining: -1", ""},
		{"two signs", "X-RateLimit-Limit: 10\nX-RateLimit-Remaining: --3", "default 10/-1"},
		{"a sign alone", "X-RateLimit-Limit: 10\nX-RateLimit-Remaining: -", "default 10/-1"},
		{"quota", "X-RateLimit-Limit: -10\nX-RateLimit-Remaining: 3", "default -1/3"},
		{"quota and -1", "X-RateLimit-Limit: -10\nX-RateLimit-Remaining: -1", ""},
		{"used", "X-RateLimit-Limit: 10\nX-RateLimit-Used: -1", "default 10/-1"},
		{"pairs", "Zendesk-RateLimit-x: total=100; remaining=-2; resets=41", "x 100/0 t=41"},
		{"the draft", `RateLimit: "a";r=-3;t=5`, "a -1/0 t=5"},
		{"the draft, -1 with a quota", "RateLimit: \"a\";r=-1;t=5\nRateLimit-Policy: \"a\";q=10", "a 10/0 t=5"},
		{"the draft, -1 without a quota beside another limit", `RateLimit: "a";r=-1;t=5, "b";r=2`, "b -1/2"},
		{"the draft, a quota", "RateLimit: \"a\";r=1\nRateLimit-Policy: \"a\";q=-10", "a -1/1"},
		{"the draft, a window", "RateLimit: \"a\";r=1\nRateLimit-Policy: \"a\";q=10;w=-60", "a -1/1"},
		{"a dictionary", "RateLimit: limit=10, remaining=-3, reset=5", "default 10/0 t=5"},
		{"a dictionary, -1 with a quota", "RateLimit: limit=10, remaining=-1", "default 10/0"},
		{"a dictionary, -1 without a quota", "RateLimit: remaining=-1", ""},
		{"a window", "X-RateLimit-Limit: 10\nX-RateLimit-Duration: -30", "default 10/-1"},
	} {
		t.Run(c.about, func(t *testing.T) {
			limits := e.Read(parseHeader(c.header), testNow, nil)
			if got := format(limits); got != c.want {
				t.Errorf("the limits are %q, want %q", got, c.want)
			}
			checkWritable(t, limits)
		})
	}
}

// TestReadResetPerResponse sends a reset as a length of time with one response, and
// as Unix time with the next, in any order.
func TestReadResetPerResponse(t *testing.T) {
	const limit = "X-RateLimit-Limit: 10\nX-RateLimit-Remaining: 0\nX-RateLimit-Reset: "
	const vendor = "Zendesk-RateLimit-x: total=100; remaining=99; resets="
	e := builtInTable(t)
	for range 2 {
		for header, want := range map[string]string{
			limit + "30":                                        "default 10/0 t=30",
			limit + "1777622430":                                "default 10/0 t=29.5",
			limit + "1777622430500":                             "default 10/0 t=30",
			limit + "1m30s":                                     "default 10/0 t=90",
			vendor + "41":                                       "x 100/99 t=41",
			vendor + "1777622430":                               "x 100/99 t=29.5",
			`RateLimit: "a";r=0;t=30`:                           "a -1/0 t=30",
			`RateLimit: "a";r=0;t=1777622430`:                   "a -1/0 t=29.5",
			`RateLimit: limit=9, remaining=0, reset=30`:         "default 9/0 t=30",
			`RateLimit: limit=9, remaining=0, reset=1777622430`: "default 9/0 t=29.5",
		} {
			if got := format(e.Read(parseHeader(header), testNow, nil)); got != want {
				t.Errorf("%s: the limits are %q, want %q", header, got, want)
			}
		}
	}
}

// TestReadMany checks that the number of limits is bounded, and that the choice
// does not depend on the order of a map.
func TestReadMany(t *testing.T) {
	e := builtInTable(t)
	h := http.Header{}
	for i := range 40 {
		h.Set(fmt.Sprintf("X-RateLimit-Limit-N%02d", i), "5")
	}
	first := format(e.Read(h, testNow, nil))
	if n := strings.Count(first, "/"); n != 16 || !strings.HasPrefix(first, "n00 5/-1, n01 5/-1") {
		t.Errorf("%d limits: %s", n, first)
	}
	for range 20 {
		if again := format(e.Read(maps.Clone(h), testNow, nil)); again != first {
			t.Fatalf("the limits are now %s", again)
		}
	}
	for i := range 40 {
		h.Set(fmt.Sprintf("X-RateLimit-Remaining-N%02d", i), "5")
	}
	if got := e.Read(h, testNow, nil); got != nil {
		t.Errorf("too many headers: got %s", format(got))
	}
	kept := []limitheader.Limit{{Name: "default", Quota: 1, Remaining: 1}}
	if got := format(e.Read(http.Header{"X-Ratelimit-Limit": {"2"}}, testNow, kept)); got != "default 1/1, default 2/-1" {
		t.Errorf("the limits before have changed: %s", got)
	}
}

package capture

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// readHAR reads a HAR 1.2 file. The successes in it are used only if there are no errors: some
// upstreams send errors with 200.
func readHAR(har gjson.Result) (responses []Response) {
	har.Get("log.entries").ForEach(func(_, entry gjson.Result) bool {
		r := readEntry(entry.Get("response"))
		r.Host, r.Method = hostOf(entry.Get("request.url").Str), entry.Get("request.method").Str
		asked := map[string][]string{}
		readHeaders(asked, entry.Get("request.headers"))
		r.Accept = strings.Join(asked["Accept"], ", ")
		responses = append(responses, r)
		return true
	})
	if slices.ContainsFunc(responses, func(r Response) bool { return r.Status >= 400 }) {
		for i := range responses {
			if responses[i].Status < 400 {
				responses[i].Unused = "no error"
			}
		}
	}
	return responses
}

func readEntry(response gjson.Result) Response {
	r := Response{Status: validStatus(response.Get("status")), Header: map[string][]string{}}
	readHeaders(r.Header, response.Get("headers"))
	if r.Status == 0 {
		r.Unused = "no response: the browser gave up the request"
	}
	content := response.Get("content")
	r.Body = []byte(content.Get("text").String())
	if strings.EqualFold(content.Get("encoding").Str, "base64") {
		if plain, err := base64.StdEncoding.DecodeString(string(r.Body)); err == nil {
			r.Body = plain
		}
	}
	if media := content.Get("mimeType").Str; media != "" && len(r.Header["Content-Type"]) == 0 {
		r.Header["Content-Type"] = []string{media}
	}
	return r
}

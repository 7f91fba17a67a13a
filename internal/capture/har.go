package capture

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// readHAR reads a HAR 1.2 file. The successes in it are used only if there are no errors: some
// upstreams send errors with 200.
func readHAR(har gjson.Result) (responses []Response) {
	har.Get("log.entries").ForEach(func(_, entry gjson.Result) bool {
		r := readEntry(entry.Get("response"))
		if address, err := url.Parse(entry.Get("request.url").Str); err == nil {
			r.Host = strings.ToLower(address.Hostname())
		}
		responses = append(responses, r)
		return true
	})
	if slices.ContainsFunc(responses, func(r Response) bool { return r.Status >= 400 }) {
		for i := range responses {
			if status := responses[i].Status; status < 400 {
				responses[i] = Response{Status: status, Unused: "no error"}
			}
		}
	}
	return responses
}

func readEntry(response gjson.Result) Response {
	r := Response{Status: validStatus(response.Get("status")), Header: map[string][]string{}}
	readHeaders(r.Header, response.Get("headers"))
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

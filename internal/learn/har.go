package learn

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// readHAR reads a HAR 1.2 file. The successes in it are used only if there are no errors: some
// upstreams send errors with 200.
func readHAR(name string, har gjson.Result) (samples []Sample) {
	har.Get("log.entries").ForEach(func(_, entry gjson.Result) bool {
		s := readEntry(entry.Get("response"))
		s.Name = name + " #" + strconv.Itoa(len(samples)+1)
		if address, err := url.Parse(entry.Get("request.url").Str); err == nil {
			s.Host = address.Hostname()
		}
		samples = append(samples, s)
		return true
	})
	if slices.ContainsFunc(samples, func(s Sample) bool { return s.Status >= 400 }) {
		for i := range samples {
			if samples[i].Status < 400 {
				samples[i] = Sample{Name: samples[i].Name, Status: samples[i].Status, Unused: "no error"}
			}
		}
	}
	return samples
}

func readEntry(response gjson.Result) Sample {
	s := Sample{Status: validStatus(int(response.Get("status").Int())), Header: map[string][]string{}}
	readHeaders(s.Header, response.Get("headers"))
	content := response.Get("content")
	s.Body = []byte(content.Get("text").String())
	if strings.EqualFold(content.Get("encoding").Str, "base64") {
		if plain, err := base64.StdEncoding.DecodeString(string(s.Body)); err == nil {
			s.Body = plain
		}
	}
	if media := content.Get("mimeType").Str; media != "" && len(s.Header["Content-Type"]) == 0 {
		s.Header["Content-Type"] = []string{media}
	}
	return s
}

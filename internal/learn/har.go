package learn

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// readHAR reads the errors in a HAR 1.2 file, or, if there are none, all responses: some
// upstreams send errors with 200.
func readHAR(name string, har gjson.Result) []Sample {
	var all, errors []Sample
	har.Get("log.entries").ForEach(func(index, entry gjson.Result) bool {
		s := readEntry(entry.Get("response"))
		s.Name = name + " #" + strconv.Itoa(len(all)+1)
		all = append(all, s)
		if s.Status >= 400 {
			errors = append(errors, s)
		}
		return true
	})
	if len(errors) > 0 {
		return errors
	}
	return all
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

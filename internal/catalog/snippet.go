package catalog

import (
	"strings"

	"github.com/koine-proxy/koine/translate"
)

// Snippet returns JavaScript that handles the code.
func (e *Entry) Snippet() string {
	var b strings.Builder
	b.WriteString("const response = await fetch(url, options);\nif (!response.ok) {\n  const { error } = await response.json();\n")
	b.WriteString("  if (error.code === \"" + e.Name + "\") {\n")
	for _, line := range lines(e.Action, 70) {
		b.WriteString("    // " + line + "\n")
	}
	switch e.Retry {
	case translate.RetryWait:
		b.WriteString("    await new Promise((resume) => setTimeout(resume, error.retry.after * 1000));\n    return fetch(url, options);\n")
	case translate.RetryRefresh:
		b.WriteString("    options.headers.Authorization = `Bearer ${await refreshToken()}`;\n    return fetch(url, options);\n")
	case translate.RetryBackoff:
		b.WriteString("    if (error.retry.safe && attempt < 5) {\n" +
			"      const seconds = error.retry.after ?? 2 ** attempt * Math.random();\n" +
			"      await new Promise((resume) => setTimeout(resume, seconds * 1000));\n      return repeat(attempt + 1);\n    }\n")
	default:
		b.WriteString("    throw new Error(error.message);\n")
	}
	return b.String() + "  }\n}\n"
}

// lines breaks a text into lines of at most width bytes, if its words allow it.
func lines(text string, width int) (out []string) {
	line := ""
	for _, word := range strings.Fields(plain(text)) {
		if line != "" && len(line)+1+len(word) > width {
			out, line = append(out, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(out, line)
}

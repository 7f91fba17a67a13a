package yamlfile

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

// lexicon reads words by language and role.
func (r *reader) lexicon(n *yaml.Node) (out dialect.Lexicon) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "lexicon must be languages with words by role, such as `English: {code: [code, errno]}`, not %s", kindOf(n))
		return nil
	}
	r.pairs(n, func(key, v *yaml.Node) {
		language := dialect.Language{Name: key.Value}
		if v.Kind != yaml.MappingNode {
			r.fault(v, "the words of a language must be lists by role, such as `code: [code, errno]`, not %s", kindOf(v))
			return
		}
		r.pairs(v, func(key, v *yaml.Node) {
			role := dialect.WordRole(key.Value)
			if !slices.Contains(dialect.WordRoles(), role) {
				hint := ""
				if near := suggest.Nearest(key.Value, strings.Split(suggest.List(dialect.WordRoles()), ", ")); near != "" {
					hint = "; did you mean " + near + "?"
				}
				r.fault(key, "unknown role of words %q; it must be one of %s%s", key.Value, suggest.List(dialect.WordRoles()), hint)
				return
			}
			list := dialect.WordList{Role: role}
			for _, item := range v.Content {
				list.Words = append(list.Words, r.text(item, "a word of "+key.Value)) // "" is the empty name
			}
			if v.Kind != yaml.SequenceNode {
				r.fault(v, "%s must be a list of words, not %s", key.Value, kindOf(v))
			}
			language.Words = append(language.Words, list)
		})
		out = append(out, language)
	})
	return out
}

package yamlfile

import (
	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// failure reads the section about bodies that say that they failed.
func (r *reader) failure(n *yaml.Node) *dialect.Failure {
	f := &dialect.Failure{At: pos(n)}
	keys := map[string]keyReader{"status": {true, func(_, v *yaml.Node) {
		if f.Status = r.number(v, "failure.status"); f.Status < 400 || f.Status > 599 {
			r.fault(v, "failure.status must be a status from 400 to 599; it is used if neither the code nor the body gives one")
		}
	}}}
	for _, k := range f.Keys() {
		keys[k.Name] = keyReader{false, func(_, v *yaml.Node) { *k.List = r.plainTexts(v, "failure."+k.Name) }}
	}
	r.readKeys(n, "failure", keys)
	return f
}

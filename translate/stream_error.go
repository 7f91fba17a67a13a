package translate

import (
	"slices"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// frameRules are the names by which the general rules find the errors in frames of
// streams. They are compared exactly.
type frameRules struct {
	errors []string // members that hold the error
	kinds  []string // members that are "error" in a frame that is one
	before []string // names, as in JSON, with the colon, of members that may be before the error; sorted
	beside []string // all members that may be beside the error
}

func newFrameRules(f *dialect.Failure) (r frameRules) {
	r.errors, r.kinds = f.Frames, f.FrameKinds
	r.before = memberNames(f.Before)
	r.beside = slices.Concat(f.Before, f.Beside)
	return r
}

// memberNames returns names as they are in JSON, with the colon, in order.
func memberNames(names []string) (out []string) {
	for _, name := range names {
		out = append(out, memberPrefix(name, ""))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// prefixes returns how the members that hold an error begin.
func (r *frameRules) prefixes() (out []string) {
	for _, name := range r.errors {
		out = append(out, memberPrefix(name, "{"), memberPrefix(name, `"`))
	}
	for _, name := range r.kinds {
		out = append(out, memberPrefix(name, `"error"`))
	}
	return out
}

// detectFrame returns the dialect, or else the general rules, that read a frame
// without a mark that no dialect with errors in streams matches: if the data says that
// it is an error, it is read as one that is marked.
func (x *extraction) detectFrame() *compiledDialect {
	r := x.engine.failure
	if r == nil || x.format != onlyJSON || !x.root.IsObject() {
		return nil
	}
	if j := x.newJudge(); !j.isErrorFrame(x.root) {
		return nil
	}
	x.frame = errorFrame
	if d := x.detect(); d != nil {
		return d
	}
	return x.readGeneral(r.general)
}

// isErrorFrame reports whether the data of a frame is an error: it has an error with
// a code or a text, or says that it is one and has a text, and nothing else but the
// members that frames have beside an error. So records with an error of their own
// pass, such as the results of a batch and the lines of a log.
func (j *failureJudge) isErrorFrame(root value) bool {
	frames := &j.rules.frames
	holds, said, only := false, false, true
	var told statement
	each(root, func(name string, v value) bool {
		j.budget--
		switch {
		case j.budget < 0:
			only = false
		case isEmpty(v, maxEmptinessDepth):
		case slices.Contains(frames.errors, name) && j.tellsOfError(v):
			holds = true
		case slices.Contains(frames.kinds, name) && v.Type == gjson.String && v.Str == "error":
			said = true
		case slices.Contains(frames.beside, name):
			j.noteMember(j.classOf(name), v, &told)
		default:
			only = false
		}
		return only
	})
	return only && (holds || said && told.message)
}

// tellsOfError reports whether the value of an error has a code or a text.
func (j *failureJudge) tellsOfError(v value) bool {
	switch {
	case v.Type == gjson.String:
		return !j.isFine(v.Str)
	case v.IsObject():
		var e statement
		j.note(v, &e)
		return e.message || e.coded || e.errors || e.complete
	}
	return false
}

package translate

import (
	"github.com/koine-proxy/koine/translate/limitheader"
)

// assumeStatus returns the status as which an error of dialect d with the native
// code k is treated, if the response has none of an error: the number in the body,
// or else the status of the code by the general rules. Without both it is that of
// the dialect, or of a failure in a stream.
func (x *extraction) assumeStatus(d *compiledDialect, k *key) int {
	fallback := x.defaultStatus(d)
	if fallback == 0 {
		return 0
	}
	if d.general || x.frame != noFrame { // the file of another dialect says where the number is
		if status := x.statusInBody(k); status != 0 {
			x.useStatus(d, k, status)
			return status
		}
	}
	status := x.generalStatus(k.code)
	if status == 0 && (d.general || x.frame != noFrame) {
		status = x.generalStatus(x.typeInBody())
	}
	if status == 0 || x.frame == noFrame && causesClientAction(status) { // a guess never logs users out
		return fallback
	}
	return status
}

// useStatus looks up the code again, with the status in the body: some rows are of a
// code at a status.
func (x *extraction) useStatus(d *compiledDialect, k *key, status int) {
	if k.status != status && k.code != "" {
		k.status, k.row = status, row{}
		x.engine.findRow(d, k)
	}
}

// defaultStatus returns the status of an error for which neither the body nor the
// code gives one.
func (x *extraction) defaultStatus(d *compiledDialect) int {
	switch {
	case x.frame != noFrame && !d.successErrors:
		return streamErrorStatus
	case d.general && x.failed:
		return x.engine.failure.status
	}
	return d.successStatus
}

// statusNames are the members that repeat the HTTP status, or have it as a code.
var statusNames = [...]string{"status", "statusCode", "status_code", "code", "http_status", "httpStatus", "http_status_code", "httpStatusCode", "http_code", "httpCode", "error_code", "errorCode", "errcode"}

// statusInBody returns the HTTP status of an error that a body has: at the top, in
// its `error`, or as its native code; 0 if it has none.
func (x *extraction) statusInBody(k *key) int {
	found := 0
	x.eachStatement(func(name string, v value) bool {
		text, ok := scalar(v)
		if !ok {
			return true
		}
		if status := limitheader.ParseSeconds(text); isErrorStatus(status) {
			for _, n := range statusNames {
				if n == name {
					found = status
				}
			}
		}
		return found == 0
	})
	if found == 0 {
		if status := limitheader.ParseSeconds(k.code); isErrorStatus(status) {
			return status
		}
	}
	return found
}

// typeInBody returns the kind of an error that a body has in words.
func (x *extraction) typeInBody() (kind string) {
	x.eachStatement(func(name string, v value) bool {
		if (name == "type" || name == "error_type" || name == "status" || name == "code") && x.generalStatus(v.Str) != 0 {
			kind = v.Str
		}
		return kind == ""
	})
	return kind
}

// eachStatement calls f for the members of `error`, then for those at the top, until
// f returns false.
func (x *extraction) eachStatement(f func(name string, v value) bool) {
	top := single(x.root)
	if !top.IsObject() {
		return
	}
	more := true
	each(top, func(name string, v value) bool {
		if name == "error" && v.IsObject() {
			each(v, func(name string, v value) bool {
				more = f(name, v)
				return more
			})
		}
		return more
	})
	if more {
		each(top, f)
	}
}

// generalStatus returns the status of a code by the general rules; 0 if they do not
// have it.
func (x *extraction) generalStatus(code string) int {
	if code == "" || len(code) > maxCode {
		return 0
	}
	x.scratch = appendFolded(x.scratch[:0], code)
	for _, g := range x.engine.generalRules {
		if r, ok := g.table.exact[view(x.scratch)]; ok {
			return r.code.Status
		}
	}
	return 0
}

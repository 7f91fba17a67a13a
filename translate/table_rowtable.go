package translate

import (
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// RowTable looks up the rows of a mapping file as an engine does, for tools. It is not
// safe for concurrent use.
type RowTable struct {
	table table
	rows  map[dialect.RowKey]dialect.Row
}

// NewRowTable makes a table of rows. If rows share a key, the last one is used.
func NewRowTable(rows []dialect.Row) *RowTable {
	t := &RowTable{rows: make(map[dialect.RowKey]dialect.Row, len(rows))}
	for _, r := range rows {
		t.table.add(r.Native, row{status: r.Status, force: r.Force})
		t.rows[dialect.ParseRowKey(r.Native)] = r
	}
	return t
}

// Replacement returns the row that would decide on the codes of another row if that one
// were missing. Rows of a range, of a subcode and of a status alone have none.
func (t *RowTable) Replacement(native string) (dialect.Row, bool) {
	k := dialect.ParseRowKey(native)
	switch {
	case k.Code == "" || strings.Contains(k.Code, "/"):
		return dialect.Row{}, false
	case k.Prefix:
		own := t.table.prefixes[k.Code]
		delete(t.table.prefixes, k.Code)
		defer func() { t.table.prefixes[k.Code] = own }()
		return t.find(key{code: k.Code + "\x00"}) // no row is of this code itself
	}
	own, ok := t.table.exact[native]
	if ok {
		delete(t.table.exact, native)
		defer func() { t.table.exact[native] = own }()
	}
	return t.find(key{code: k.Code, status: k.Status})
}

func (t *RowTable) find(k key) (dialect.Row, bool) {
	native := ""
	if _, ok := t.table.find(&k, &native); !ok {
		return dialect.Row{}, false
	}
	return t.rows[dialect.ParseRowKey(native)], true
}

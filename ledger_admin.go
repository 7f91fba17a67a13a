package koine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
)

func init() { caddy.RegisterModule(LedgerAPI{}) }

// LedgerAPI adds what was seen of upstreams' errors to Caddy's admin endpoint:
//
// Request | Result
// --------|-------
// `GET /translate_errors/stats` | what was seen, and whether each site can be switched
// `GET /translate_errors/unmapped` | errors that no table knows, with a mapping row for each
// `DELETE /translate_errors/unmapped` | forgets them; `?id=…` only some
// `POST /translate_errors/unmapped/ignore` | marks one as ignored: `{"id": "…", "reason": "…"}`, or `"undo": true`
type LedgerAPI struct{}

// CaddyModule returns the Caddy module information.
func (LedgerAPI) CaddyModule() caddy.ModuleInfo {
	return caddy.ModuleInfo{ID: "admin.api.translate_errors", New: func() caddy.Module { return new(LedgerAPI) }}
}

// Routes implements caddy.AdminRouter.
func (LedgerAPI) Routes() []caddy.AdminRoute {
	return []caddy.AdminRoute{
		{Pattern: "/translate_errors/stats", Handler: ledgerHandler(map[string]ledgerMethod{http.MethodGet: getStats})},
		{Pattern: "/translate_errors/unmapped", Handler: ledgerHandler(map[string]ledgerMethod{http.MethodGet: getUnmapped, http.MethodDelete: forgetUnmapped})},
		{Pattern: "/translate_errors/unmapped/ignore", Handler: ledgerHandler(map[string]ledgerMethod{http.MethodPost: ignoreUnmapped})},
	}
}

// ledgerMethod answers a request with the value of a JSON document.
type ledgerMethod func(p *processLedger, r *http.Request) (any, error)

// ledgerHandler returns the handler of a path.
func ledgerHandler(methods map[string]ledgerMethod) caddy.AdminHandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, ok := methods[r.Method]
		if !ok {
			return caddy.APIError{HTTPStatus: http.StatusMethodNotAllowed, Err: fmt.Errorf("method %s is not allowed here", r.Method)}
		}
		p := currentLedger.Load()
		if p == nil {
			p = &processLedger{Ledger: ledger.New("", time.Now(), 0)} // no site uses the module
			p.saver.init(p)
		}
		result, err := f(p, r)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(result)
	}
}

// Stats is what was seen.
type Stats struct {
	Since     time.Time           `json:"since"`
	Instances int                 `json:"instances"` // whose ledgers are in the storage, this one included
	Sites     []ledger.SiteTotals `json:"sites"`
	Readiness []ledger.Readiness  `json:"readiness"`
	Strata    []ledger.Stratum    `json:"strata"`
	Entries   []ledger.Entry      `json:"entries"`
}

func getStats(p *processLedger, _ *http.Request) (any, error) {
	others := p.saver.others()
	s := p.snapshot(others)
	out := Stats{
		Since: time.Unix(s.Since, 0).UTC(), Instances: len(others) + 1,
		Sites: list(s.Sites), Readiness: s.Readiness(), Strata: list(s.Strata), Entries: list(s.Entries),
	}
	return out, nil
}

// list returns a list that is [] in JSON if it is empty.
func list[T any](l []T) []T { return append([]T{}, l...) }

func getUnmapped(p *processLedger, _ *http.Request) (any, error) { return p.unmapped(), nil }

// unmapped returns the errors that no table knows.
func (p *processLedger) unmapped() []cli.UnmappedError {
	return cli.DescribeUnmapped(p.snapshot(p.saver.others()), p.taxonomyOf, generalRules())
}

// taxonomyOf returns the taxonomy of a site.
func (p *processLedger) taxonomyOf(site string) *translate.Taxonomy {
	if app := p.active.Load(); app != nil {
		if rt := app.sites.first(site); rt != nil {
			return rt.Load().engine.Taxonomy()
		}
	}
	return builtinTaxonomy()
}

func forgetUnmapped(p *processLedger, r *http.Request) (any, error) {
	ids := r.URL.Query()["id"]
	if len(ids) == 0 {
		s := p.snapshot(p.saver.others())
		for i := range s.Entries {
			if s.Entries[i].IsUnmapped() {
				ids = append(ids, s.Entries[i].ID)
			}
		}
	}
	p.Forget(ids, time.Now().Unix())
	p.saver.saveNow()
	return map[string]int{"forgotten": len(ids)}, nil
}

// maxDecision bounds the body of a decision, in bytes.
const maxDecision = 4 << 10

func ignoreUnmapped(p *processLedger, r *http.Request) (any, error) {
	var decision struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
		Undo   bool   `json:"undo"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, maxDecision)).Decode(&decision); err != nil {
		return nil, caddy.APIError{HTTPStatus: http.StatusBadRequest, Err: fmt.Errorf(`expected {"id": "…", "reason": "…"}: %w`, err)}
	}
	s := p.snapshot(p.saver.others())
	for i := range s.Entries {
		if s.Entries[i].ID != decision.ID {
			continue
		}
		if !p.Ignore(decision.ID, decision.Reason, decision.Undo, time.Now().Unix()) {
			return nil, caddy.APIError{HTTPStatus: http.StatusInsufficientStorage, Err: errors.New("10,000 errors are ignored already; forget some of them")}
		}
		p.saver.saveNow()
		return map[string]bool{"ignored": !decision.Undo}, nil
	}
	return nil, caddy.APIError{HTTPStatus: http.StatusNotFound, Err: fmt.Errorf("no error has the id %q; GET /translate_errors/unmapped lists them", decision.ID)}
}

// Interface guards
var (
	_ caddy.Module      = (*LedgerAPI)(nil)
	_ caddy.AdminRouter = (*LedgerAPI)(nil)
)

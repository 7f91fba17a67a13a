package koine

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/spf13/cobra"
	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/capture"
	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/translate"
)

// replayOptions are the flags of `replay`.
type replayOptions struct {
	siteOptions
	before, after []string
	json          bool
}

func replayCommand() *cobra.Command {
	o := new(replayOptions)
	c := &cobra.Command{
		Use:   "replay CAPTURE...",
		Short: "Prints what would change for captured responses between two sets of mapping files",
		Long: `
Passes captured responses of upstreams through the handler, once with the tables
before a change and once with those after it, and prints the answers that would
change. A capture is a HAR file, the output of curl -i (of one call or of
several), JSON Lines, or a JSON array of responses.

Both sides have the default settings, or with --config those of a site. The
files of --before and --after take the place of those with the same dialect or
taxonomy; others are added. Without --before, the tables before the change are
those of the site as they are, and the same holds for --after.

The exit status is 1 if a response became unmapped or changed the class of its
status, so that a script can stop the change.
`,
		Example: `  caddy translate-errors replay --after new/shop.yaml errors.har
  git worktree add old main && caddy translate-errors replay --config Caddyfile --before old/tables --after tables errors.har`,
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args) },
	}
	f := c.Flags()
	o.siteOptions.addFlags(f, "compare")
	f.StringArrayVar(&o.before, "before", nil, "a mapping or taxonomy file before the change, or a directory of them; may be repeated")
	f.StringArrayVar(&o.after, "after", nil, "the same after the change; may be repeated")
	f.BoolVar(&o.json, "json", false, "print the changes as JSON")
	return c
}

func (o *replayOptions) run(c *cobra.Command, args []string) error {
	s := streams(c)
	status, err := o.replay(s, args)
	if usage, ok := errors.AsType[usageError](err); ok {
		return wrongUsage(c, string(usage))
	}
	if err != nil {
		fmt.Fprintln(s.Err, err)
		status = cli.InvalidInput
	}
	return exit(c, status)
}

// replay compares all captured responses, and prints the report.
func (o *replayOptions) replay(s cli.Streams, captures []string) (cli.Status, error) {
	if err := o.checkUsage(captures); err != nil {
		return cli.OK, err
	}
	ctx, cancel, err := quietContext()
	if err != nil {
		return cli.OK, err
	}
	defer cancel()
	before, after, err := o.sides(s, ctx)
	if err != nil {
		return cli.OK, err
	}
	defer func() { _, _ = before.handler.Cleanup(), after.handler.Cleanup() }()
	result, failed := new(cli.Replay), false
	for _, name := range captures {
		if err := replayFile(s, name, before, after, result); err != nil {
			fmt.Fprintln(s.Err, err)
			failed = true
		}
	}
	status := result.Report(s, o.json)
	if failed {
		status = cli.InvalidInput
	}
	return status, nil
}

func (o *replayOptions) checkUsage(captures []string) error {
	switch {
	case len(captures) == 0:
		return usageError("expected at least 1 file with captured responses (- for standard input)")
	case len(o.before)+len(o.after) == 0:
		return usageError("--before and --after are missing; without them, nothing changes")
	case o.config == "-" && slices.Contains(captures, "-"):
		return usageError("the standard input can be either the config or a capture; use a file for the other")
	case slices.Contains(o.before, "-") || slices.Contains(o.after, "-"):
		return usageError("--before and --after take files, not the standard input")
	}
	return o.siteOptions.check()
}

// sides returns the handlers before and after the change, provisioned.
func (o *replayOptions) sides(s cli.Streams, ctx caddy.Context) (before, after handlerRun, err error) {
	site, host := siteHandler{config: []byte("{}")}, "localhost"
	if o.config != "" {
		if site, host, err = o.chosenSite(s); err != nil {
			return before, after, err
		}
	}
	now := time.Now()
	for _, side := range []struct {
		run   *handlerRun
		name  string
		paths []string
	}{{&before, "before", o.before}, {&after, "after", o.after}} {
		h, err := site.handler()
		if err == nil {
			h.setDefaults()
			err = h.replaceTables(s, side.paths)
		}
		if err == nil {
			err = h.Provision(ctx)
		}
		if err != nil {
			return before, after, fmt.Errorf("the tables %s the change: %w", side.name, err)
		}
		*side.run = handlerRun{handler: h, request: httptest.NewRequest(http.MethodGet, "http://"+host+"/", nil), now: now}
	}
	return before, after, nil
}

// replaceTables puts files in the place of those of the handler that have the same dialect or
// taxonomy, or of the built-in dialect of that name. Other dialects are detected first, and
// other taxonomies are added.
func (h *Handler) replaceTables(s cli.Streams, paths []string) error {
	tables, errs := cli.ReadTables(s, paths)
	dialects, taxonomies := tablesAt(s, h.Dialect), tablesAt(s, h.Taxonomy)
	var added []cli.Table
	for _, t := range tables {
		switch {
		case t.IsTaxonomy:
			if !replaceTable(taxonomies, t) {
				taxonomies = append(taxonomies, t)
			}
		case !replaceTable(dialects, t):
			added = append(added, t)
		}
	}
	h.Dialect, h.Taxonomy = pathsOf(slices.Concat(added, dialects)), pathsOf(taxonomies)
	return errors.Join(errs...)
}

// tablesAt returns the tables that a subdirective names. A built-in dialect, and a file that
// cannot be read, which is reported when it is loaded, have their configured name.
func tablesAt(s cli.Streams, names []string) (tables []cli.Table) {
	for _, name := range names {
		paths := []string{name}
		if isFile(name) {
			if some, err := yamlfile.Paths(name); err == nil {
				paths = some
			}
		}
		for _, path := range paths {
			t := cli.Table{Path: path, Name: path}
			if isFile(name) {
				if read, err := cli.ReadTable(s, path); err == nil {
					t = read
				}
			}
			tables = append(tables, t)
		}
	}
	return tables
}

// replaceTable replaces the table that has the name of t. It reports whether there is one.
func replaceTable(tables []cli.Table, t cli.Table) bool {
	i := slices.IndexFunc(tables, func(old cli.Table) bool { return old.Name == t.Name })
	if i < 0 {
		return false
	}
	tables[i] = t
	return true
}

// pathsOf returns the paths in a form that is not the name of a dialect.
func pathsOf(tables []cli.Table) []string {
	paths := make([]string, len(tables))
	for i, t := range tables {
		paths[i] = t.Path
		if t.Path != t.Name && !isFile(t.Path) {
			paths[i] = "./" + t.Path
		}
	}
	return paths
}

// replayFile compares the responses of one file.
func replayFile(s cli.Streams, name string, before, after handlerRun, result *cli.Replay) error {
	data, err := s.ReadFile(name)
	if err != nil {
		return err
	}
	all, err := capture.Read(name, data)
	if err != nil {
		return err
	}
	for _, r := range all {
		switch {
		case r.Status == 0 && r.Unused == "":
			return fmt.Errorf("%s: the response has no status; add a member `status`, or put it into the name of the file, such as %d.json", r.Name, http.StatusNotFound)
		case r.Status < 200: // an upgrade, or a request that the browser of a HAR file gave up
			continue
		}
		old, err := before.replay(r)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Name, err)
		}
		now, err := after.replay(r)
		if err != nil {
			return fmt.Errorf("%s: %w", r.Name, err)
		}
		result.Add(r.Name, r.Status, old, now)
	}
	return nil
}

// replay returns what a client gets for a captured response.
func (r handlerRun) replay(c capture.Response) (out cli.Outcome, err error) {
	r.request = r.request.Clone(r.request.Context())
	if httpguts.ValidHeaderFieldName(c.Method) { // a method is a token, as the name of a header
		r.request.Method = strings.ToUpper(c.Method)
	}
	if c.Accept != "" {
		r.request.Header.Set("Accept", c.Accept)
	}
	r.host = c.Host
	r.note = func(t *translate.Translation, p *translate.Policy) {
		d := t.Explain(p)
		out.Decision = &d
	}
	upstream := translate.Response{Status: c.Status, Header: c.Header, Host: c.Host, Body: c.Body}
	if media := cli.MediaType(c.Body); media != "" && upstream.Header["Content-Type"] == nil {
		upstream.Header = map[string][]string{"Content-Type": {media}}
		for name, values := range c.Header {
			upstream.Header[name] = values
		}
	}
	w, err := r.serve(upstream)
	out.Status, out.Header, out.Body = w.Code, w.Result().Header, w.Body.Bytes()
	return out, err
}

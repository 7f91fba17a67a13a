package koine

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/koine-proxy/koine/internal/cli"
)

// checkOptions are the flags of `check`.
type checkOptions struct {
	siteOptions // without --site: all sites are checked
	json        bool
}

func (o *checkOptions) run(c *cobra.Command, args []string) error {
	s := streams(c)
	files, found := args, []error(nil)
	if o.config != "" {
		if o.config == "-" && slices.Contains(args, "-") {
			return wrongUsage(c, "the standard input can be either the config or a file; use a file for the other")
		}
		named, faults, err := o.checkSites(s)
		if err != nil {
			fmt.Fprintln(s.Err, err)
			return exit(c, cli.InvalidInput)
		}
		found = faults
		for _, name := range named {
			if !slices.ContainsFunc(args, func(arg string) bool { return samePath(arg, name) }) {
				files = append(files, name)
			}
		}
	}
	return exit(c, cli.CheckOptions{JSON: o.json, Config: o.config != "", Found: found}.Check(s, files))
}

// samePath reports whether two paths are the same, also if one is relative.
func samePath(a, b string) bool {
	a, errA := filepath.Abs(a)
	b, errB := filepath.Abs(b)
	return errA == nil && errB == nil && a == b
}

// checkSites returns the files of all sites of the config, and the faults of each site
// that are not in one of these files.
func (o *checkOptions) checkSites(s cli.Streams) (files []string, faults []error, err error) {
	all, err := o.siteHandlers(s)
	if err != nil {
		return nil, nil, err
	}
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("%s: no site has translate_errors", o.config)
	}
	ctx, cancel, err := quietContext()
	if err != nil {
		return nil, nil, err
	}
	defer cancel()
	for _, site := range all {
		h, err := site.handler()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", o.config, err)
		}
		for _, name := range slices.Concat(h.Dialect, h.Taxonomy) {
			if isFile(name) || slices.Contains(h.Taxonomy, name) {
				files = append(files, name)
			}
		}
		for _, name := range h.Locale {
			if builtInLocales(name) == nil {
				files = append(files, name)
			}
		}
		if h.setDefaults(); h.readTables().err != nil {
			continue // the check of the files reports it
		}
		if err := h.Provision(ctx); err != nil {
			faults = append(faults, cli.FaultsOf(o.config, "site "+site.site(), err))
		}
		_ = h.Cleanup()
	}
	slices.Sort(files)
	return slices.Compact(files), faults, nil
}

package koine

import (
	"github.com/spf13/cobra"

	"github.com/koine-proxy/koine/internal/cli"
)

func changesCommand() *cobra.Command {
	o := new(cli.ChangesOptions)
	c := &cobra.Command{
		Use:   "changes --before FILE|DIR [--after FILE|DIR]",
		Short: "Prints what clients may notice of the changes between the tables of two versions",
		Long: `
Compares the mapping and taxonomy files of two versions, and prints as Markdown
which canonical codes and which rows changed: the code that an error had and has,
and what else differs for a client, such as the retry strategy.

Without --after, the tables are the built-in ones. A directory stands for all YAML
files in it and below.
`,
		Example: `  git worktree add old v1.0.0 && caddy translate-errors changes --before old/mappings
  caddy translate-errors changes --before shop.yaml --after new/shop.yaml`,
		RunE: func(c *cobra.Command, args []string) error { return exit(c, o.Changes(streams(c), args)) },
	}
	f := c.Flags()
	f.StringArrayVar(&o.Before, "before", nil, "a mapping or taxonomy file of the older version, or a directory of them; may be repeated")
	f.StringArrayVar(&o.After, "after", nil, "the same of the newer version; may be repeated. Default: the built-in tables")
	return c
}

package koine

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/koine-proxy/koine/internal/cli"
)

func docsCommand() *cobra.Command {
	var o cli.DocsOptions
	c := &cobra.Command{
		Use:   "docs [CODE|DIALECT]",
		Short: "Prints or writes the documentation of codes and dialects, and descriptions of errors for clients",
		Long: `
Prints documentation, or with --out writes its files to a directory.

  markdown    the codes and the built-in dialects, or the page of one
  html        the catalogue of the codes as pages
  json        the codes as data, or one
  openapi     components of an OpenAPI 3.1 document: schemas, responses, examples
  overlay     an OpenAPI Overlay that adds them to a document of your own
  schema      the JSON Schema of mapping files, or of the envelope that is named:
              canonical, problem
  typescript, go, python
              the codes as constants, and functions that tell envelopes from other values
`,
		RunE: func(c *cobra.Command, args []string) error {
			return exit(c, cli.Docs(streams(c), o, args))
		},
	}
	c.Flags().StringVar(&o.Format, "format", "markdown", "what to print: "+strings.Join(cli.DocsFormats(), ", "))
	c.Flags().StringArrayVar(&o.Taxonomies, "taxonomy", nil, "a taxonomy file that adds to the built-in one; may be repeated")
	c.Flags().StringVar(&o.Out, "out", "", "a directory to write files to, instead of printing")
	c.Flags().BoolVar(&o.Dialects, "dialects", false, "also list the native codes of the built-in dialects that lead to each code")
	return c
}

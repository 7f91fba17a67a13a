package koine

import (
	"errors"
	"strings"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/koine-proxy/koine/internal/cli"
)

func init() {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:  "translate-errors",
		Usage: "<command>",
		Short: "Works with mapping files: checks them, tries them, drafts and documents them",
		Long: `
Works with the tables of the translate_errors handler. None of the commands
needs a running server.

Results go to the standard output, all else to the standard error. The exit
status is 0 where all is well, 1 where the input is at fault, and 2 where the
command was called wrongly.
`,
		CobraFunc: buildCommand,
	})
}

// buildCommand hangs the subcommands on the command.
func buildCommand(root *cobra.Command) {
	root.RunE = unknownCommand
	root.AddCommand(checkCommand(), tryCommand(), dialectsCommand(), learnCommand(), docsCommand())
	for _, c := range append(root.Commands(), root) {
		c.Args = cobra.ArbitraryArgs // each command says itself what it takes, with an exit status of its own
		c.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return wrongUsage(c, err.Error()) })
	}
}

// unknownCommand answers for a call that names no subcommand, or none that is
// there.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return wrongUsage(c, "which command? See below")
	}
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	return wrongUsage(c, "unknown command "+args[0]+meant(args[0], names))
}

// wrongUsage says what is wrong with a call and how it is meant, and ends with
// exit status 2.
func wrongUsage(c *cobra.Command, complaint string) error {
	c.PrintErrln(c.CommandPath() + ": " + complaint)
	return exit(c, cli.WrongUsage)
}

// errSaid ends a command with exit status 1, after it has said why.
var errSaid = errors.New("the input is at fault")

// exit ends a command with an exit status. Only Caddy can make the error that
// carries one.
func exit(c *cobra.Command, status cli.Status) error {
	c.SilenceErrors = true // what there is to say was said
	switch status {
	case cli.OK:
		return nil
	case cli.AtFault:
		return errSaid
	}
	c.PrintErr("\n" + c.UsageString())
	return caddycmd.WrapCommandFuncForCobra(func(caddycmd.Flags) (int, error) { return int(status), nil })(c, nil)
}

func streams(c *cobra.Command) cli.Streams {
	return cli.Streams{In: c.InOrStdin(), Out: c.OutOrStdout(), Talk: c.ErrOrStderr()}
}

func dialectsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "dialects [NAME]",
		Short: "Lists the built-in dialects, or prints the mapping file of one",
		RunE: func(c *cobra.Command, args []string) error {
			return exit(c, cli.Dialects(streams(c), args))
		},
	}
}

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE...]",
		Short: "Validates mapping files, taxonomy files and tables of limits, and runs their examples",
		Long: `
Validates mapping files, taxonomy files and tables of limits, and runs the
examples inside them. Without files: all that are built in.

Each fault is a line, FILE:LINE:COLUMN: what is wrong. Warnings are marked as
such, and are no faults. Taxonomy files count for the mapping files beside them.
`,
		RunE: func(c *cobra.Command, args []string) error {
			return exit(c, cli.Check(streams(c), args))
		},
	}
}

func learnCommand() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "learn FILE...",
		Short: "Drafts a mapping file from captured error responses",
		Long: `
Drafts a mapping file from captured error responses: what curl -i printed, bare
bodies (with the status in the name of the file, such as missing.404.json), HAR
files, JSON Lines, or a JSON list of responses.
`,
		RunE: func(c *cobra.Command, args []string) error {
			return exit(c, cli.Learn(streams(c), name, args))
		},
	}
	c.Flags().StringVar(&name, "name", "", "the name of the dialect (default mine)")
	return c
}

func docsCommand() *cobra.Command {
	var format string
	var taxonomies []string
	c := &cobra.Command{
		Use:   "docs [NAME]",
		Short: "Prints documentation: of the dialects, of one of them, or the JSON Schema of mapping files",
		RunE: func(c *cobra.Command, args []string) error {
			return exit(c, cli.Docs(streams(c), format, taxonomies, args))
		},
	}
	c.Flags().StringVar(&format, "format", "markdown", "what to print: "+strings.Join(cli.DocsFormats, ", "))
	c.Flags().StringArrayVar(&taxonomies, "taxonomy", nil, "a taxonomy file that adds to the built-in one; may be repeated")
	return c
}

package koine

import (
	"errors"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"

	"github.com/koine-proxy/koine/internal/cli"
)

func init() {
	caddycmd.RegisterCommand(caddycmd.Command{
		Name:  "translate-errors",
		Usage: "<command>",
		Short: "Checks, tries, drafts, compares and documents mapping files",
		Long: `
Works with the mapping files of the translate_errors handler. Only unmapped asks
a running server.

Results are printed to the standard output, everything else to the standard
error. The exit status is 0 for success, 1 for invalid input, and 2 for wrong
usage.
`,
		CobraFunc: addCommands,
	})
}

// addCommands adds the subcommands to the command.
func addCommands(root *cobra.Command) {
	root.RunE = unknownCommand
	root.AddCommand(checkCommand(), tryCommand(), dialectsCommand(), codesCommand(), learnCommand(), unmappedCommand(), docsCommand(), replayCommand(), changesCommand())
	for _, c := range append(root.Commands(), root) {
		c.Args = cobra.ArbitraryArgs // each command checks its arguments itself, to choose the exit status
		c.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return wrongUsage(c, err.Error()) })
	}
}

// unknownCommand reports that the subcommand is missing or does not exist.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return wrongUsage(c, "no command given")
	}
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	return wrongUsage(c, "unknown command "+args[0]+didYouMean(args[0], names))
}

// wrongUsage prints an error and the usage of a command, and ends it with exit
// status 2.
func wrongUsage(c *cobra.Command, message string) error {
	c.PrintErrln(c.CommandPath() + ": " + message)
	return exit(c, cli.WrongUsage)
}

// errReported ends a command with exit status 1. The reason was already printed.
var errReported = errors.New("invalid input")

// exit ends a command with an exit status.
func exit(c *cobra.Command, status cli.Status) error {
	c.SilenceErrors = true // the command has printed them
	switch status {
	case cli.OK:
		return nil
	case cli.InvalidInput:
		return errReported
	}
	c.PrintErr("\n" + c.UsageString())
	// Only Caddy can create an error with an exit status.
	return caddycmd.WrapCommandFuncForCobra(func(caddycmd.Flags) (int, error) { return int(status), nil })(c, nil)
}

func streams(c *cobra.Command) cli.Streams {
	return cli.Streams{In: c.InOrStdin(), Out: c.OutOrStdout(), Err: c.ErrOrStderr()}
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

func codesCommand() *cobra.Command {
	var taxonomies []string
	c := &cobra.Command{
		Use:   "codes [WORD]",
		Short: "Lists the canonical codes that contain a word, or explains one",
		Long: `
Lists the canonical codes that contain a word, one per line, or explains one: what
it means, what the client and those who run the service do, how to repeat the
request, and which native codes lead to it.
`,
		RunE: func(c *cobra.Command, args []string) error {
			return exit(c, cli.Codes(streams(c), taxonomies, args))
		},
	}
	c.Flags().StringArrayVar(&taxonomies, "taxonomy", nil, "a taxonomy file that adds to the built-in one; may be repeated")
	return c
}

func checkCommand() *cobra.Command {
	o := new(checkOptions)
	c := &cobra.Command{
		Use:   "check [FILE|DIR...]",
		Short: "Validates mapping files, taxonomy files and limits files, and runs examples",
		Long: `
Validates mapping files, taxonomy files and limits files, and runs the
examples in mapping files. A directory stands for its YAML files. Without
arguments and --config, it checks the built-in files.

Each fault is printed as FILE:LINE:COLUMN: MESSAGE. Warnings are marked and do
not change the exit status. The mapping files can use the codes of the taxonomy
files that are checked in the same call.
`,
		RunE: func(c *cobra.Command, args []string) error {
			return o.run(c, args)
		},
	}
	c.Flags().BoolVar(&o.json, "json", false, "print the faults and warnings as JSON")
	c.Flags().StringVar(&o.config, "config", "", "a Caddyfile or JSON config: check the files and rows of all its sites, too")
	return c
}

func learnCommand() *cobra.Command {
	var name string
	var code []string
	c := &cobra.Command{
		Use:   "learn FILE...",
		Short: "Drafts a mapping file from captured error responses",
		Long: `
Drafts a mapping file from captured error responses: the output of curl -i (of
several calls in one file, too), bodies (with the status in the file name, such
as missing.404.json), HAR files, JSON Lines, or a JSON array of responses.

The draft is printed. What became of each sample, and what a person must decide,
is printed to standard error. If the code is not found, or is another member,
name its path: --code error.number. Several paths are tried in their order.
`,
		RunE: func(c *cobra.Command, args []string) error {
			return exit(c, cli.Learn(streams(c), name, code, args))
		},
	}
	c.Flags().StringVar(&name, "name", "", "the name of the dialect (default mine)")
	c.Flags().StringArrayVar(&code, "code", nil, "the path of the code, such as error.number; repeatable")
	return c
}

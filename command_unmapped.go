package koine

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/caddyserver/caddy/v2"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/caddyserver/certmagic"
	"github.com/spf13/cobra"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
)

// unmappedOptions are the flags of the command.
type unmappedOptions struct {
	address, storage string
	rows, json       bool
}

func unmappedCommand() *cobra.Command {
	var o unmappedOptions
	c := &cobra.Command{
		Use:   "unmapped",
		Short: "Lists the errors that no table knows, or prints mapping rows for them",
		Long: `
Lists the errors that no table knows: how often they occurred, when the last one
did, and a proposed canonical code. They come from a running server or, with
--storage, from the directory of Caddy's file storage, where all instances that
share it are added up.

With --rows, it prints rows to paste below codes: in a mapping file. Review them
first: the proposals are guesses. Errors without a code cannot have a row, and
are comments.
`,
		RunE: func(c *cobra.Command, args []string) error {
			switch {
			case len(args) > 0:
				return wrongUsage(c, "expected no arguments, got "+args[0])
			case o.rows && o.json:
				return wrongUsage(c, "--rows and --json cannot be combined")
			case o.storage != "" && c.Flags().Changed("address"):
				return wrongUsage(c, "--address and --storage cannot be combined")
			}
			return exit(c, o.run(streams(c), c))
		},
	}
	f := c.Flags()
	f.StringVar(&o.address, "address", caddy.DefaultAdminListen, "the `HOST:PORT` of the admin endpoint of a running server")
	f.StringVar(&o.storage, "storage", "", "the `DIR`ectory of Caddy's file storage, in place of a running server")
	f.BoolVar(&o.rows, "rows", false, "print rows to paste into a mapping file")
	f.BoolVar(&o.json, "json", false, "print JSON, as the admin endpoint does")
	return c
}

// run prints the unmapped errors.
func (o *unmappedOptions) run(s cli.Streams, c *cobra.Command) cli.Status {
	read := o.fromServer
	if o.storage != "" {
		read = o.fromStorage
	}
	list, err := read(c.Context())
	if err != nil {
		c.PrintErrln(err.Error())
		return cli.InvalidInput
	}
	format := cli.UnmappedTable
	switch {
	case o.rows:
		format = cli.UnmappedRows
	case o.json:
		format = cli.UnmappedJSON
	}
	return cli.Unmapped(s, list, format)
}

// fromServer asks the admin endpoint of a running server.
func (o *unmappedOptions) fromServer(context.Context) (list []cli.UnmappedError, err error) {
	response, err := caddycmd.AdminAPIRequest(o.address, http.MethodGet, "/translate_errors/unmapped", nil, nil)
	if err != nil {
		if errors.As(err, new(*net.OpError)) {
			return nil, errors.New("no server answers at " + o.address + "; name its admin endpoint with --address, or its storage with --storage")
		}
		return nil, err
	}
	defer response.Body.Close()
	return list, json.NewDecoder(response.Body).Decode(&list)
}

// fromStorage adds up the ledgers in a directory: that of the storage, or the data directory
// that has it.
func (o *unmappedOptions) fromStorage(ctx context.Context) ([]cli.UnmappedError, error) {
	for _, dir := range [...]string{o.storage, filepath.Join(o.storage, "caddy")} {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(ledgerPrefix))); err != nil {
			continue
		}
		var all []*ledger.Snapshot
		for _, s := range loadLedgers(ctx, &certmagic.FileStorage{Path: dir}, "") {
			all = append(all, s)
		}
		s := ledger.Merge(all...)
		s.SetStates(nil)
		return cli.DescribeUnmapped(s, func(string) *translate.Taxonomy { return builtinTaxonomy() }, generalRules()), nil
	}
	return nil, errors.New("there is no ledger in " + o.storage + "; it is in the directory of Caddy's file storage, below " + ledgerPrefix)
}

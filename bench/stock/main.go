// Command stock is Caddy with its standard modules: what the benchmarks compare with.
package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"

	// register the modules of Caddy
	_ "github.com/caddyserver/caddy/v2/modules/standard"
)

func main() { caddycmd.Main() }

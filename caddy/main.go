// Command caddy is Caddy with every standard module and Koine, Redis included.
package main

import (
	caddycmd "github.com/caddyserver/caddy/v2/cmd"

	// register the modules of Caddy and Koine
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/koine-proxy/koine"
	_ "github.com/koine-proxy/koine/redisstore"
)

func main() { caddycmd.Main() }

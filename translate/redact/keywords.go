package redact

// keywords are the words with features, in lower case.
var keywords = map[features]string{
	wordAt:     "at",
	wordSelect: "select", wordInsert: "insert", wordUpdate: "update", wordDelete: "delete", wordTable: "table column",
	wordChange: "drop alter create truncate", wordFrom: "from", wordInto: "into", wordSet: "set", wordWhere: "where",
	wordHost:      "localhost internal intranet local localdomain lan corp svc consul ip amazonaws windows cloudsql ondigitalocean compute googleusercontent",
	wordScheme:    "bearer basic authorization",
	shaped:        "sk pk rk akia asia ghp gho ghu ghs ghr github glpat xoxa xoxb xoxp xoxr xoxs ya gocspx whsec npm pypi sg hf dop doo shpat shpss shpca shppa hooks webhooks hvs atatt nrak dapi sq eaaa hvb hvr glptt gldt glrt glsoat sbp re rnd tskey sntrys sntryu phc pscale ntn age eaa xoxe dckr glsa figd pmak lin rubygems xapp key ssh",
	packageColon:  "gob gzip bufio flate zlib rsa ecdsa base syscall json sql http strconv reflect x tls xml yaml redis pq pgx mongo rpc grpc context bson proto oauth fatal gorm asn net os io exec template",
	wordSecret:    "password passwd pwd passphrase passcode secret pin token key apikey cvv cvc ssn cookie sid authorization credential credentials auth otp csc code codes answer seed cpf dni pesel bsn nino aadhaar pan iban",
	technical:     "exception err eai fatal severe panic debug",
	foreignSecret: "passwort kennwort geheimnis passe contrasena contrase clave senha wachtwoord ordine adgangskode heslo",
}

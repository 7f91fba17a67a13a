package redisstore

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/koine-proxy/koine/ratelimit"
)

// certificate writes a self-signed certificate for 127.0.0.1 and its key.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "koine test"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", keyDER)
}

func TestTLS(t *testing.T) {
	cert, key := certificate(t)
	for name, c := range map[string]struct{ clients, query string }{
		"server's certificate": {"no", "?ca=" + cert},
		"client's certificate": {"yes", "?ca=" + cert + "&cert=" + cert + "&key=" + key},
	} {
		t.Run(name, func(t *testing.T) {
			s := startTLSServer(t, "tls-cert-file "+cert, "tls-key-file "+key, "tls-ca-cert-file "+cert, "tls-auth-clients "+c.clients)
			if d := take(t, open(t, "rediss://"+s.host()+c.query), one("c", "k", hundred))[0]; d.Remaining != 99 {
				t.Errorf("got %+v", d)
			}
			unknown := new(x509.UnknownAuthorityError)
			err := failure(open(t, "rediss://"+s.host()), func(err error) bool { return err == nil || errors.As(err, unknown) })
			if !errors.As(err, unknown) || !errors.Is(err, ratelimit.ErrUnavailable) {
				t.Errorf("an untrusted certificate: %v", err)
			}
		})
	}
}

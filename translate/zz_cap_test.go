package translate_test
import ("testing";"os";"bytes";"encoding/json";"net/http";"github.com/koine-proxy/koine/translate")
func TestCap(t *testing.T){
 e:=guessing(t)
 b,_:=os.ReadFile("../tests/testdata/captured.jsonl")
 if f:=os.Getenv("CAPFILE"); f!="" { b,_=os.ReadFile(f) }
 n,found,ok,bad:=0,0,0,0
 for l:=range bytes.Lines(b){
  var s struct{ID string; Status int; Headers map[string]string; Body string; Expect map[string]any}
  json.Unmarshal(l,&s)
  if s.Status<200||s.Status>299 {continue}
  h:=http.Header{}
  for k,v:=range s.Headers{h.Set(k,v)}
  r:=translate.Response{Status:s.Status,Header:h,Body:[]byte(s.Body)}
  is:=isError(e,r)
  if s.Expect["is_error"]==true { n++; if is {found++} else {t.Logf("MISS %s %.300s",s.ID,s.Body)} } else { ok++; if is {bad++; t.Logf("FALSE %s (%s) %.300s",s.ID,dialectOf(e,r),s.Body)}}
 }
 t.Logf("found %d of %d; false %d of %d",found,n,bad,ok)
}

package learn

import (
	"strings"
	"unicode"
)

// meaning is the meaning that the name of a member suggests.
type meaning uint8

const (
	meansCode meaning = iota
	meansMessage
	meansField
	meansID
	meansWait
	meansStatus
	meansTime
	meansPath
	meansDetails
	meansSecret
	meanings
)

// vocabulary lists folded names of members by how strongly they suggest a meaning, 1 or 2.
// Names are only hints: values have more weight.
var vocabulary = [meanings][3]string{
	meansCode: {
		1: "type kind reason name key id nr no num err error status state result cause art typ tipo sub class exception symbol slug label title rule errortype errorname",
		2: "code codes errorcode errcode errno errcd ecode rc ret retcode returncode respcode responsecode resultcode resultcd statuscode errornumber " +
			"errornum errornr fehlercode fehlernummer fehlernr fehlerkz kz kennzeichen kode kod koderror codigo codigoerror codice codiceerrore codeerreur " +
			"codeerro foutcode felkod kodbledu cd cod msgcode msgid messageid messagecode sqlcode sqlstate errorid " +
			"код кодошибки エラーコード 错误码 错误代码 代码 코드",
	},
	meansMessage: {
		1: "reason rsn error err cause title info details content value body fault note grund hinweis summary what why t m d h1 h2 p pre text explanation",
		2: "detail message msg errormessage errmsg errormsg errortext errtext msgtext text txt description desc descr errordescription meldung nachricht fehlertext " +
			"fehlermeldung beschreibung mensaje descripcion messaggio descrizione messages mensagem descricao bericht melding omschrijving meddelande " +
			"komunikat opis viesti zprava сообщение описание メッセージ 消息 错误信息 메시지 rsn returntext resultmsg respmsg responsemessage resultmessage " +
			"retmsg usermessage displaymessage humanmessage",
	},
	meansField: {
		1: "name key path loc location id n f element source at on where input ref pos position member item",
		2: "field fieldname fieldpath fieldid param parameter parametername paramname property propertyname propertypath attribute attr attrib feld feldname " +
			"campo champ veld pole falt fält кампо поле pointer jsonpath fld argument arg column kolonne spalte target inputname control",
	},
	meansID: {
		1: "id ref reference ticket rid tid token uid guid uuid log vorgang call event session trace span req xid mid",
		2: "requestid reqid traceid tracenumber correlationid corrid correlation transactionid txid txnid incidentid incident errorref eventid logid spanid " +
			"operationid callid vorgangsid vorgangsnummer anfrageid requestref supportid rayid activityid opid conversationid requesttoken " +
			"requestno requestnumber referenceid trackingid instanceid instance idpeticion iddemande",
	},
	meansWait: {
		1: "after delay cooldown pause seconds espera attente",
		2: "wait retry backoff wartezeit warte retryafter retryafterseconds retryafterms retryaftersec retryin retryinseconds retrydelay waitseconds waitms waitfor waittime waitsec tryagainin " +
			"retrysec retrys retryms backoffms backoffseconds warten wartezeitsek wartesekunden nochmalin retrywait secondstowait retryinms",
	},
	meansStatus: {
		1: "code rc",
		2: "status statuscode httpstatus httpcode httpstatuscode http responsestatus sc httpst",
	},
	meansTime: {
		1: "at on when zeit hora ts",
		2: "timestamp time date datetime zeitstempel datum zeitpunkt fecha heure timestampms occurredat servertime eventtime currenttime stamp uhrzeit",
	},
	meansPath: {
		1: "uri url resource",
		2: "path instance requesturi requesturl requestpath endpoint pfad route uri",
	},
	meansDetails: {
		1: "info extra more",
		2: "details detail data context metadata meta params parameters args properties attributes additionalinfo extrainfo payload ctx daten kontext",
	},
	meansSecret: {
		2: "password passwd pwd passwort kennwort secret clientsecret apikey accesstoken refreshtoken token authorization auth cookie sessionid session " +
			"credential credentials privatekey iban bic ssn cardnumber pan cvv cvc pin email mail phone telefon birthday birthdate geburtsdatum username " +
			"user login customer kunde address adresse firstname lastname vorname nachname",
	},
}

// suggests has the weight of each name of the vocabulary, by meaning.
var suggests = func() (out [meanings]map[string]int) {
	for s, lists := range vocabulary {
		out[s] = map[string]int{}
		for weight, names := range lists {
			for _, name := range strings.Fields(names) {
				out[s][name] = weight
			}
		}
	}
	return out
}()

// weight returns how strongly a name suggests a meaning: 0, 1 or 2. In a name of several
// words, the last word has half the weight: fieldMsg suggests a message.
func (s meaning) weight(name string) int {
	folded := fold(name)
	if w := suggests[s][folded]; w > 0 {
		return w
	}
	parts := split(name)
	if len(parts) < 2 {
		return 0
	}
	if suggests[s][parts[len(parts)-1]] == 2 || suggests[s][parts[0]] == 2 && s != meansSecret {
		return 1
	}
	return 0
}

// fold removes case and separators: notFound, NOT_FOUND and not-found are equal.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// split splits a name into lower-case words, at punctuation and before capitals.
func split(s string) (out []string) {
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0 && unicode.IsLower(runes[i-1]):
			flush()
		case unicode.IsUpper(r) && i > 0 && i+1 < len(runes) && unicode.IsUpper(runes[i-1]) && unicode.IsLower(runes[i+1]):
			flush()
		case unicode.IsLetter(r) && i > 0 && unicode.IsDigit(runes[i-1]), unicode.IsDigit(r) && i > 0 && unicode.IsLetter(runes[i-1]):
			flush()
		}
		b.WriteRune(unicode.ToLower(r))
	}
	flush()
	return out
}

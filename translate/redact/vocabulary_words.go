package redact

// leakScore is the sum of weights from which on a text is about the insides of a
// program.
const leakScore = 23

// strongWords never occur in sentences for people.
const strongWords = `
		abap activerecord actix aiohttp akka alpn applicationcontext argumenterror argumentexception asgi asyncpg attributeerror automapper autowire autowired axum babel
		backoff backtrace badarg badarith badmatch beanfactory boto3 botocore busygroup bytecode case_clause cdata cfml checkcast clang classcastexception classloader
		classpath clr clusterdown cmdlet codingkeys configmaps containerd corba coredump coroutine coroutines crashloopbackoff crossslot cuda cudnn dagrun datanode datareader
		datasource dbcommand dbcontext dbset deadlock deadlocked decodingerror deserialisation deserialization deserialize deserialized deserializer deserializing
		dispatcherservlet dll dlq dockerd doesnotexist dsid dtd dyld e11000 eacces eaddrinuse eaddrnotavail eagain ebusy ecircular econnaborted econnrefused econnreset ecto
		edquot eexist ehcache ehostunreach einprogress eintr einval eio eisdir elifecycle emfile enetunreach enfile enoent enomem enoproc enospc enotconn enotdir enotempty
		enotfound entitymanager eperm epipe epoll eproto erofs errno eslint estale etimedout exdev execabort execve fastapi fastcgi fcgi flyway freemarker function_clause
		futex gcc genserver getaddrinfo gethostbyname getnameinfo getters glassfish glibc goaway gorm goroutine goroutines gssapi gunicorn guzzle hashable hazelcast heapdump
		hibernate hikari hikaripool hpack hresult htdocs httpclient httpx hystrix imagepullbackoff indexerror inetpub infinispan initramfs invalidoperationexception
		invokevirtual ioctl iterable javac jboss jdbc jinja2 jndi jpa jta jvm kcferrordomaincfnetwork kernel32 kernelbase keyerror keyspace knex kqueue kubectl kubelet
		lateinit ldaperr libc libcurl liquibase livelock llvm loaderror localhost log4j logback malloc mapreduce memcpy memtable metaclass micronaut misconf mmap mongod
		mongos munmap mutex mybatis mypy mysqli nameerror namenode namenodes nestedservletexception netty nhibernate nil nilable nilclass noauth noclassdeffounderror
		node_modules nokogiri nomethoderror nonetype nonnull noproc noscript nscocoaerrordomain nserror nsexception nsposixerrordomain nsurlerrordomain ntdll ntstatus
		nullability nullpointer nullpointerexception nullreference numpy nvarchar odbc okhttp opcache opcode opcodes openssl oplog outofmemory pam_unix panicked pcre pdo
		pdoexception persistencecontext pgbouncer pgx phar pickling podspec popen postgrest preparedstatement printf psycopg pthread pydantic pylint pymysql pytorch quarkus
		rangeerror rddid realloc referenceerror reflectiontypeloadexception resilience4j restsharp resultset rmi rst_stream rtti runtimeerror rustc savepoint
		saxparseexception saxparser sbrk scanf scipy segfault sequelize serde serializable servfail serviceaccount servlet sessionfactory setters sigabrt sigbus sigkill
		sigsegv sigterm slf4j sni sobject soql sparkcontext spinlock spnego sqlalchemy sqlcode sqlerror sqlexception sqlsrv sqlstate sqlx sshd sstable stackoverflow
		stackoverflowerror stacktrace standarderror stdclass stderr stdin stdlib stdout strconv strlen subprocess subscript subscriptable superclass syntaxerror syscall
		systemd tablespace tensorflow thymeleaf tokio traceback tsc typeerror typeinitializationexception typeorm unacked undef undici unhashable unmarshal unmarshaling
		unmarshaller unmarshalling unpicklable unpickling unserializable unserialize urllib urllib3 uvicorn uwsgi valueerror varchar vertx vhost vtable waitpid wasm
		webassembly webpack werkzeug werror wildfly wrongtype wsgi wwwroot xdebug xpath xslt zend zerodivisionerror`

// weights are the weights of words, in lower case: how much each tells that a text is
// about the insides of a program (above 0) or for people (below). They are those of a
// logistic regression, in sixths, over messages of ten runtimes, of databases and of
// libraries on the one hand, and of APIs and user interfaces in English and other
// languages on the other hand. Words that these do not have were added by hand.
var weights = map[int8]string{
	19: `
		reach`,
	18: `
		dc geheim`,
	17: `
		boom head listener processes warnings`,
	16: `
		exec implemented multipart nmae oders overflow random`,
	15: `
		begin cached capacity dictionary executing execution followed inclusive initialized integrity lib peer program py recognized src uninitialized`,
	14: `
		component cpu dimensional dumped err gc gif mismatch padding parsed sig together unexpected unhandled unit west`,
	13: `
		arguments aware buffer clients curve dump expressions freeze generator gzip hand initial net nodes numerical operator partition pipe points prod regexp root salt
		signal tmp uid zero`,
	12: `
		accessible addr alias anonymous association auth autoloader backup bigint block built cache callable celery cgroup chmod chown chunk configmap connect consul corrupt
		daemon datatype datatypes datetimeoffset db denormal dereference dereferenced destructor double downcast encode enumerator envoy escape etcd exports failure fault
		fiber filehandle filesystem handled haproxy holding iis initializer initializers inode instantiating instruction interned interpreter invokable ioexception jakarta
		jetty jms jmx kdc kerberos kestrel latin1 lexer loaded loopback marshalling minified mkdir mutable nchar nestjs npe ntlm nxdomain offset oid oom operand orm param
		parse phase polymorphism predicate quoted reactor readlink readonly rebind requeue resque rethrow rethrown sasl semaphore sendmail sequence sidekiq sinatra slave
		smallint sourcemap specifier specify srv std structs surrogates symlink sync testing threadpool thrift throwable timeout tinyint tokenizer tokenizing transpile trap
		tuples typecast unallocated unbind unbound unparsable unparseable unqueue unresolvable unresolved unserialized upcast upsert utf8mb4 vararg varargs varbinary waiting
		weblogic websphere yield zk`,
	11: `
		aborting alignment allocation amazonaws apache append arg args argument ascii assertion bad bean bound bufio char coerced connected connections constant contents
		context corrupted cursor descriptor detected dict disposed dup encoding engine feedback fixture frame frozen generation handler hex http ids indices initialization
		inner instances instantiation invocation iterator keys kind ldap loop mask master modified module multi namespace negative packet prototype recursion relative
		replacement replica representation response rest scheme separator serialize share stream strings superuser switch task thread timer transition trigger week windows
		worker zlib`,
	10: `
		abc accessed allocated arrays associated attributes bytes capture cipher circular closing concurrent condition conditional convert crypto decode define defined
		deprecated dimension elements eof exit failed filename find generate geometry handle include inconsistent indentation init interface invalid itself library loading
		locate lookup manual marshal mode monitor null partial partitioning pointer procedure proper protocol remote replication rsa sample scanner seek services singleton
		socket special split subclass subquery supported syntax tls transform tuple vector width writing`,
	9: `
		acquired app attempted autoload avro batch bit boringcrypto called charset classes clause closure columns committed compatible compilation compiler compression
		connection constructor conversion couldn count created critical curl cycle dequeue determine different directory elasticsearch enqueue environment event exceeds
		execute explicit expression flags flush force grpc hash illegal implementation inside instantiate inventory job kafka kernel kubernetes laravel level lists location
		lock machine make mariadb memcached microservice microservices middleware missed mix mjit modules mongodb mongoose mysql neither nginx nullable patterns persistent
		platform postgres postgresql prefix prisma progress protobuf proxy rabbitmq rails range recursive reflect rename replicas resources set shape shard shards show single
		slot spec splat sqlite startup struct subtype symfony sys system tcp throw tomcat topic total unicode unrecognized variable void working wsdl zookeeper`,
	8: `
		absolute annotations assembly assignment async big bits bounds byte call chain class close cluster command comparison converter day declare deep derived down enough
		expected expr fcntl group had ignored incorrect index initialize instantiated invoked jar jit length loader malformed manifest mapped memory meta multibyte obtain ogr
		option parameterized parsing partitions pool positional precision prepared present privilege profile protocols public redis refer resolve result rollback routine
		runtime segment self setting shop shutdown source span specification specified stack statements static str structure svc transport truncated types unable undefined
		underlying unpack unreachable using validator variables versioned violates virtual where while works`,
	7: `
		addresses algorithm also annotated annotation arithmetic attach based builtin burlap canceled cause changing channel column complex creation dbo definition delegate
		dropped during dynamic ecdh encoded exceptions executable executor extension factory fatal fetch float follow function functions generated generic given globals heap
		implement incompatible infinite instance int internal interval introspect items keyword label larger leading load local many map marker materialized max method modify
		msg multiple named near opened operations order outer owned parallel parameters point position privileges proc publication rdb readable relation represent requires
		scheduler section sentinel serial serialization slices sockets sql subject supplied support symbol threw totl trying twice wal when write xml yjit zip`,
	6: `
		accepts aggregate allocate aof array attribute await awaited base beginning binary bind binlog breakpoint cannot casting cert certificate chunked client code
		codepoint coerce compatibility compile compiled config configured contains converting could counter daemonset debugger declaration declared decrypt decryption
		dependencies dependency dereferencing derive deserial disabled dispatcher division doctrine does doesn eloquent enable encountered enumeration eu evaluating even
		exception explicitly fails family few flag get global guid guids handshake happened hashing headers held hexadecimal hour implements inject insufficient iterate
		iteration jsonpath keystore lambda large lazily len linker literal mapper matched methods models mta native next node notice open operands output overhead overload
		overloads partitioned period permitted polymorphic pooled postfix prepare process processing proto qty real realm record redeclare repo repository rules safe same
		scope semicolon serializer shared sidecar skipping space specifies ssl starting statement statistics step streams subclasses synchronous tablename tables takes
		temporary terminated timed toml transaction triggers truststore unassigned uncaught undeclared underflow unexpectedly unknown unsupported unwrap uri verify writer`,
	5: `
		aborted abstract actual alter assign attempt authentication auto automatic bignum blob callback cast character child clock collection combination conditions
		configuration construct copy creating cross declined default directly empty exceeded existing fd fields fips formal found gtid header hierarchy iban identity implicit
		import indexes integers interpreted io ip jane java javax jsonb just keywords know last matching mixed ms never object operation options package parser passed passing
		path pod previous primary private provider raises receive references register registry reply require resolved restarting retrieve returning reversible script second
		setter signature simdgen standard state string supports template top tried truncate typed unix usage users utf values whose wrapper`,
	4: `
		after against assigned asynchronous basic being broker but certificates codec compute computer concrete constraint converted current currently custom data database
		decimal denied dependent did disable drop entry expecting extensions fix foreign forward getter got immutable incomplete indented information integer locale log long
		lower mailer mapping marked might min moved must needs note optional orders os outside overriding owner parameter pass pattern perform port primitive problem property
		provide ractors read reading recovery reference referenced replace resolver restart returns running scan serialized snapshot specific table trace trait type unpacking
		unsigned upstream util validate value weak were window without year`,
	3: `
		abort access acme acquire active add any archive beans bool brace braces bug cascade case caused chars collections com commit concurrency connecting constraints
		consumer controller cookie core crash crashed create databases deadline decoded decoding depth detail digit driver duplicate duplicated effect entities enum
		evaluation executed exhausted extend flushed handlers handling history host hostname hosts https id identifier info invoke isn isolate isolation issuer join key latch
		lazy locked looking main metadata modifier nameserver nonce none nor numbers numeric obtaining ora original other overloaded override panic permission pg populate
		possibly producer properties proxied quorum rate raw reflection registered rejected release remaining render rendering requested return separated should simple stage
		start started stored sub successful surrogate tag tasks threads throwing thrown throws timestamp timezone toast transfer ttl udp uses validated view vm weight which
		word writable yaml`,
	2: `
		admin aliases all already appear automatically because billing blocked branch calling charge checked chosen correctly corresponding creator delay determined dir
		element enabled error experimental external final format fulltext go groups identifiers included input into json list logged match move narrow new objects only org
		overridden previously protected provided python queue raised remove report returned row search server session side signed size smaller stop sum super target than time
		too unsafe widen yet`,
	1: `
		allowed ambiguous area become been calls cascaded change changes consider container creators delete destination don either else end entity entries equal expire
		extract file filter future holder later left like line links login managed maximum member month names non once origin out perhaps pin positive query refine refused
		results rows run seconds secret service settings short since some stylesheet suspended through ticket times traversable unavailable under use valid validation var
		what wrong`,
	-1: `
		age another before cart checking color complete configure contain control description domain due errors exist exists export fast feature files form fully greater html
		impossible instead iso least minimum minute missing more nested pair parent policy publish reached reported reset right rule security sort store sufficient take then
		trailing user verification visit wait warning wildcard written`,
	-2: `
		about accepted actions activate administration allow authorization ca check clear comments common conflict contrase correct customizations das details didn display
		established expects false following foo ftp granted lines logging mail messages minimal need network number old ou pages passe password probably ready redirect refund
		removed repeat role schema selected send sending sent sign small such text they try two update upgrade url version via want will work yours yyyy zu`,
	-3: `
		additional administrator api application away between body bulk busy campo card category changed confirm datei dd debe diese disponible do du ein evaluate fichier
		folder gone home ihr known lang leer less lido liste longer look mm much my name now pas php plus product properly que refresh reserved resource senha spaces ter tre
		until vous who www ya`,
	-4: `
		account appropriate archivo au cette characters confirmation content continue credentials csv dans die disk document doit edit el entered erreur es este exactly fit
		forbidden formato friday fue full gefunden gitos grant growing ha here js le let little means message ne occurred page passwort past payload people permissions
		plugins possible put re reasons related request ruby saved se sein ser sku stale status stopped storage temporarily tener their them um un une username valide ve
		violation votre wurde`,
	-5: `
		abgelaufen activation arquivo bereits bitte click comma cookies customer date de del deleted der deve digits django edited em en est esta existe foi il image ist la
		link lista lt media model moment muss nicht nothing off para parties passwords per plain quota received recipient registration restore revoked shut sie site slug
		somebody spanish su sure term these title trash you`,
	-6: `
		again ago akismet apply ask aus belongs below blank cat checksum da deleting editing ended erro fehlt haben het language license lost monday over paid pedido
		relationship route saving there unprocessable up uuid uuuuuu`,
	-7: `
		above attempts balance browser choose comment completed email ensure enter fehler help installed kite lamp letters most odd phone please post quantity repair said
		seat shorter sorry starts terms upload way zone`,
	-8: `
		author cancelled contact crate days delivery docs door example invoice jest mb menu minutes offer plan plugin posts say something still theme themes verified`,
	-9: `
		amount broke country credit customers documented exceed hat higher members modulo needed place requests seats stock taken taxonomy test went your`,
	-10: `
		box limited made organization payment processed slow sold subscription we`,
	-11: `
		attachment bank currency hats letter our patient price room today us`,
	-12: `
		coupon hold pdf took`,
	-13: `
		idempotency jpg tokens wp`,
	-15: `
		problems`,
	-16: `
		uploaded`,
	-17: `
		colour`,
	-18: `
		shipped`,
}

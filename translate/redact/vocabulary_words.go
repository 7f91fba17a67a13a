package redact

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

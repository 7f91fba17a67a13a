// Command clues makes translate/redact/model.bin: the weights of clues (words, pairs of
// words and forms of writing), by which texts about the insides of programs are told
// from those for people. It is run by hand:
//
//	go run ./internal/generate/clues -o translate/redact/model.bin \
//		-own translate/redact/testdata -leaks DIR -harmless DIR
//
// All directories have files of texts, one per line; lines that start with "# " are
// comments. Those of -own are our own corpora, leaks*.txt and harmless*.txt, which count
// more than texts of others. With -folds N, nothing is written: each Nth part of our own
// texts is judged by what was learned from all others.
//
// The texts of others are not part of this repository. They were extracted from:
//
//   - leaks, messages in the source or in the constants of: the standard libraries of Go
//     1.26, Python 3.11, Rust and OpenJDK 17; node 20; the modules in the cache of this
//     module's build; npm: mongoose, mongodb, sequelize, typeorm, pg, mysql2, knex,
//     objection, ioredis, @redis/client, mssql, tedious, drizzle-orm, @mikro-orm/core and
//     knex, waterline, bookshelf, @elastic/elasticsearch, kafkajs, amqplib, bullmq, rhea,
//     @nestjs/core and common, fastify, undici, axios, graphql, @apollo/server, next,
//     multer, ajv, js-yaml, yaml, fast-xml-parser, handlebars, pug, nunjucks, vue,
//     @grpc/grpc-js, react-dom, express, koa, @hapi/hapi, got, protobufjs, avsc, socket.io,
//     @trpc/server, moleculer, loopback, jose, jsonwebtoken, superagent, @prisma/client;
//     Debian 12: libspring-*-java, libjackson2-*-java, libhibernate-validator-java,
//     libtomcat9-java, libjetty9-java, libnetty-java, libpostgresql-jdbc-java,
//     libmariadb-java, libgoogle-gson-java, libhikaricp-java, libeclipselink-java,
//     libh2-java, libderby-java, libhsqldb-java, libc3p0-java, libxerces2-java, groovy,
//     libguava-java, libquartz-java, libmongodb-java, libhttpclient-java, libmono-*-cil,
//     libnewtonsoft-json5.0-cil, ruby3.1, ruby-{action,active}*, ruby-{rack,sequel,pg,
//     mysql2,redis,faraday,grape,sidekiq,mongo}, php8.2, php-symfony-*, php-doctrine-*,
//     php-twig, php-guzzlehttp-guzzle, python3-{django,sqlalchemy,pymongo,redis,requests,
//     flask,werkzeug,pydantic,fastapi,celery,kombu,psycopg2,pymysql,botocore,aiohttp,
//     pandas,numpy,peewee}, postgresql-15, mariadb-server-core, redis-server,
//     rabbitmq-server, erlang-base, perl-doc, librdkafka1, libssl3, libcurl4, haproxy,
//     libsqlite3-0, libc-bin.
//   - harmless, catalogues of messages for people, in all languages: npm: zod, valibot,
//     validatorjs, class-validator, yup, ajv-i18n, zod-i18n-map, vee-validate-i18n,
//     @formkit/i18n, @clerk/localizations, keycloakify, @payloadcms/translations,
//     @better-auth/i18n, @uppy/locales, element-plus, vuetify, antd, tdesign-vue-next,
//     @directus/app, @medusajs/dashboard, @strapi/admin, ghost, ra-language-french,
//     jquery-validation, parsleyjs, @vinejs/vine; Debian 12: mediawiki, redmine,
//     roundcube-core, php-symfony-validator, php-symfony-security-core, python3-django,
//     python3-djangorestframework, wordpress-l10n, ruby-rails-i18n, evolution-common,
//     liferea, libhibernate-validator-java. Those in which a rule finds something are left
//     out.
//
// Placeholders (%s, {0}, ${name}) are filled with names and numbers, and of long lists a
// random part of at most 2,500 is taken. With 108,000 texts it takes ten seconds.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/koine-proxy/koine/translate/redact"
)

// What texts count: those of the corpora more than those of others, of which there are
// many, and harmless ones more than leaks, because there are fewer of them.
const (
	weightOfOwnLeak       = 10
	weightOfOwnHarmless   = 15
	weightOfOtherLeak     = 0.3
	weightOfOtherHarmless = 1
)

func main() {
	log.SetFlags(0)
	out := flag.String("o", "", "the file to write")
	own := flag.String("own", "", "the directory of our own corpora")
	leaks := flag.String("leaks", "", "a directory of leaks of others")
	harmless := flag.String("harmless", "", "a directory of harmless texts of others")
	folds := flag.Int("folds", 0, "how many parts our own texts are divided into, to be judged")
	threshold := flag.Float64("threshold", 1.5, "the score from which on a text is a leak")
	misses := flag.String("misses", "", "the file for the texts that were judged wrongly, with -folds")
	flag.Parse()

	var s samples
	s.add(*own, "leaks*.txt", true, true, weightOfOwnLeak)
	s.add(*own, "harmless*.txt", false, true, weightOfOwnHarmless)
	s.add(*leaks, "*.txt", true, false, weightOfOtherLeak)
	s.add(*harmless, "*.txt", false, false, weightOfOtherHarmless)
	if *folds > 0 {
		s.judge(*folds, *misses)
		return
	}
	r := s.fit(nil)
	if err := os.WriteFile(*out, r.table(*threshold), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d texts, %d clues\n", len(s.list), len(r.index))
}

// samples are the texts to learn from.
type samples struct {
	list []sample
	seen map[string]bool
}

// sample is a text.
type sample struct {
	text   string
	clues  [][]uint32 // of each sentence
	leaks  bool
	own    bool
	weight float64
}

// add adds the texts of some files in a directory. Our corpora have members of details,
// too, which are not sentences, and messages about fields, of which those that leak do so
// by the name of the field.
func (s *samples) add(dir, pattern string, leaks, own bool, weight float64) {
	names, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || dir == "" || len(names) == 0 {
		log.Fatalf("expected a directory with files %s, got %q", pattern, dir)
	}
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			log.Fatal(err)
		}
		for line := range strings.SplitSeq(string(raw), "\n") {
			line = strings.TrimSpace(line)
			if _, message, ok := strings.Cut(line, " ?? "); ok && !leaks {
				line = message
			}
			if line == "" || s.seen[line] || strings.HasPrefix(line, "# ") || strings.Contains(line, " := ") || strings.Contains(line, " ?? ") {
				continue
			}
			s.seen[line] = true
			s.list = append(s.list, sample{line, redact.Clues(line), leaks, own, weight})
		}
	}
}

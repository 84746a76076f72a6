# The menu of Monitor Hermes. Make only picks; the logic is in scripts/src, as `npx hermes <verb> --help` tells.
# Settings are given as variables: `make up TLS=off`. Else they come from the environment, then from .env.

SHELL := /bin/sh
.DEFAULT_GOAL := menu
MAKEFLAGS += --no-print-directory
HERMES := @node scripts/hermes.js
SOURCES := $(shell find app/src scripts/src -name '*.ts' 2>/dev/null)

# A variable counts only when it stands on the command line: USER, for one, is in every environment. Make hands it to
# the recipe by the environment, which no character in it can break.
given = $(if $(filter command line,$(origin $(1))),$(2))
option = $(call given,$(1),--$(2) "$$$(1)")
switch = $(call given,$(1),$(if $(filter-out 0 false no,$($(1))),--$(2)))

.PHONY: menu up down status logs doctor token certs renew deploy rollback releases unlock provision backup restore config test bench plan check docs build built node

menu: ## Print this menu
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

##@ Try
up: build ## Start the stack, and wait until wss answers   [PROXY= TLS= DOMAIN= …]
	$(HERMES) up
down: built ## Stop what `up` started
	$(HERMES) down
status: built ## What runs, and the days left of its certificate   [HOST= JSON=1]
	$(HERMES) status $(call option,HOST,host) $(call switch,JSON,json)
logs: built ## Follow the logs   [HOST= FOLLOW=0]
	$(HERMES) logs $(call option,HOST,host) $(call given,FOLLOW,$(if $(filter 0 false no,$(FOLLOW)),--no-follow))
doctor: built ## What is wrong, why, and what to do; changes nothing   [URL=wss://… HOST= JSON=1]
	$(HERMES) doctor $(call option,URL,url) $(call option,HOST,host) $(call switch,JSON,json)
token: build ## Print a JWT   USER=u1 [TENANT=t1 SUPERUSER=1 GLOBAL=1 TTL=1h]
	$(HERMES) token $(call option,USER,user) $(call option,TENANT,tenant) $(call switch,SUPERUSER,superuser) \
		$(call switch,GLOBAL,global) $(call option,TTL,ttl)

##@ Certificates
certs: built ## Every certificate: names, issuer, days left, and what is really served   [JSON=1]
	$(HERMES) certs $(call switch,JSON,json)
renew: build ## Renew what is due, and verify it on the wire   [HOST= FORCE=1 NEW_KEY=1]
	$(HERMES) renew $(call option,HOST,host) $(call switch,FORCE,force) $(call switch,NEW_KEY,new-key)

##@ Deploy
deploy: build ## Bring a release to a host by ssh, without a lost message   HOST=user@host [REF= IMAGE= CANARY=full DRY_RUN=1]
	$(HERMES) deploy $(call option,HOST,host) $(call option,REF,ref) $(call option,IMAGE,image) \
		$(call option,CANARY,canary) $(call switch,DRY_RUN,dry-run)
rollback: build ## Lead a host back to the release before, or to another one   HOST= [TO= CANARY=full DRY_RUN=1]
	$(HERMES) rollback $(call option,HOST,host) $(call option,TO,to) $(call option,CANARY,canary) \
		$(call switch,DRY_RUN,dry-run)
releases: build ## The releases on a host, and which one serves   HOST= [JSON=1]
	$(HERMES) releases $(call option,HOST,host) $(call switch,JSON,json)
unlock: build ## Take the lock of a host from a deploy that does not end   HOST=
	$(HERMES) unlock $(call option,HOST,host)
provision: build ## Give a bare Debian or Ubuntu host Docker and a user who deploys   HOST=root@host [DEPLOY_USER=hermes KEY=file DRY_RUN=1]
	$(HERMES) provision $(call option,HOST,host) $(call option,DEPLOY_USER,user) $(call option,KEY,key) \
		$(call switch,DRY_RUN,dry-run)

##@ Keep
backup: build ## Settings, certificates, ACME accounts and history in one archive   [TO=file FORCE=1]
	$(HERMES) backup $(call option,TO,to) $(call switch,FORCE,force)
restore: build ## Put back what a backup holds, all of it or nothing   FROM=file [FORCE=1 RUNNING=1]
	$(HERMES) restore $(call option,FROM,from) $(call switch,FORCE,force) $(call switch,RUNNING,running)

##@ Work
config: build ## Settings in effect, secrets masked   [JSON=1]
	$(HERMES) config $(call switch,JSON,json)
test: build ## Install what the tests need, and run them   [SUITE=unit|integration|contract|e2e|acme|compose|deploy|swarm|chaos|doctor]
	$(HERMES) test $(call option,SUITE,suite)
bench: build ## Measure, on real servers   [BENCH=fanout|fronts|handshakes|idle|workers|… LONG=1 WRITE=1]
	$(HERMES) bench $(call option,BENCH,only) $(call switch,LONG,long) $(call switch,WRITE,write)
plan: build ## Machines for a load   CONNECTIONS=… RATE=… [SIZE= SUBSCRIBERS= CORES= MEMORY=]
	$(HERMES) plan $(call option,CONNECTIONS,connections) $(call option,RATE,rate) $(call option,SIZE,size) \
		$(call option,SUBSCRIBERS,subscribers) $(call option,CORES,cores) $(call option,MEMORY,memory)
check: build ## Every linter
	$(HERMES) check
docs: build ## Write the generated pages and .env.example
	$(HERMES) docs

build: dist/.built ## Compile what has changed

# To look at what runs, or to stop it, nothing is installed anew after an update: what is built has started it.
built: node
	@test -e dist/.built || $(MAKE) build

dist/.built: node_modules/.package-lock.json tsconfig.json tsconfig.build.json $(wildcard scripts/build/*.js) $(SOURCES) | node
	@npm run --silent build >&2
	@touch $@

# By the lock file, which stays as it is. Not `npm ci`: it fails where a registry did not let the lock file have the
# optional packages of every platform.
node_modules/.package-lock.json: package.json package-lock.json | node
	@command -v npm >/dev/null || { echo 'npm is missing' >&2; $(INSTALL_NODE); }
	@echo 'Installing packages, once …' >&2
	@npm install --no-save --ignore-scripts --no-progress --loglevel=error >&2
	@touch $@

OLDEST_NODE := $(shell sed -n 's/.*"node": ">=\(.*\)".*/\1/p' package.json)
INSTALL_NODE = echo '  → install Node.js $(OLDEST_NODE) or later with npm, from your distribution or nodejs.org' >&2; exit 3

node:
	@command -v node >/dev/null || { echo 'Node.js is missing' >&2; $(INSTALL_NODE); }
	@node -e 'process.exit(process.versions.node.localeCompare("$(OLDEST_NODE)", "en", { numeric: true }) < 0 ? 1 : 0)' || \
		{ echo "Node.js $$(node --version) is too old" >&2; $(INSTALL_NODE); }

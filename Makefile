# Two commands do all the set-up on a fresh Debian machine with cargo, node and Python:
#   make run    build and start the server; ends with the address to open and the set-up code
#   make test   everything that must hold before a change lands

.PHONY: run test setup

run: setup
	@echo "Building (a few minutes the first time) …"
	@cargo build --profile quick -p server
	@target/quick/printkeep serve --data .printkeep/data

test: setup
	@cargo xtask ci

setup:
	@./setup.sh

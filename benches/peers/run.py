#!/usr/bin/env python3
"""Times schemac beside what people use today, in one run on one machine.

Each tool gets the same tables in its own language (10 columns, two foreign keys, two indexes, an enum for every ten
tables) and does three things: generate a migration from nothing, generate one where nothing changed, generate one for
one column more. Client CPU (user and system), wall clock and peak memory are the medians of some runs. Ratios within
one run mean something; times of another machine do not.

    benches/peers/run.py --tables 100,1000 --runs 3
    benches/peers/run.py --only schemac,drizzle-kit --tables 5000 --runs 1
    DATABASE_URL=postgres://… benches/peers/run.py --only typeorm      typeorm compares with a live database

Peers are installed into a folder that is kept (--home): from npm, and from the Cargo registry for drizzle-cli.
A peer that can't be installed, or fails, is told so with its own words, and the others go on.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NPM = {
    "drizzle-kit": ["drizzle-kit@0.31", "drizzle-orm@0.44", "tsx@4"],
    "drizzle-kit-rc": ["drizzle-kit@1.0.0-rc.5", "drizzle-orm@1.0.0-rc.5", "tsx@4"],
    "prisma": ["prisma@6"],
    "typeorm": ["typeorm@0.3", "pg@8", "reflect-metadata@0.2", "ts-node@10", "typescript@5", "@types/node@20"],
}


class Failed(Exception):
    """A peer did not do what it was asked, in its own words."""


def measure(command, cwd, env=None):
    """Runs a command; returns CPU seconds, wall seconds and peak megabytes."""
    log = open(cwd / "last.log", "w+")
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=cwd, stdout=log, stderr=log, env={**os.environ, **(env or {})})
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        log.seek(0)
        raise Failed(log.read()[-600:].strip() or f"exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def links(i, n):
    """Returns the tables that table i refers to: earlier ones, so that every language can declare them in order."""
    return (i * 7919 % i, i * 104729 % i) if i else (None, None)


class Peer:
    """A tool: its schema, and its command."""

    def __init__(self, name, home):
        self.name, self.home = name, home / name

    def install(self):
        """Installs the tool into its home."""
        self.home.mkdir(parents=True, exist_ok=True)
        if not (self.home / "node_modules").exists():
            (self.home / "package.json").write_text('{"private": true}')
            done = subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", *NPM[self.name]],
                cwd=self.home, capture_output=True, text=True,
            )
            if done.returncode != 0:
                raise Failed(done.stderr[-600:].strip())

    def begin(self, n):
        """Makes an empty project."""
        self.project = self.home / "project"
        shutil.rmtree(self.project, ignore_errors=True)
        self.project.mkdir(parents=True)

    def bin(self, name):
        return str(self.home / "node_modules" / ".bin" / name)


class Schemac(Peer):
    def install(self):
        subprocess.run(
            ["cargo", "build", "--release", "--locked", "--bin", "schemac"], cwd=ROOT, check=True,
            stdout=sys.stderr,
        )
        target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
        self.program = str(Path(target) / "release" / "schemac")

    def begin(self, n):
        super().begin(n)
        (self.project / "schemas").mkdir()
        (self.project / "schemac.toml").write_text('schemas = "schemas"\nmigrations = "migrations"\n')

    def write(self, n, more):
        out = [f"enum kind_{k} {{ 'a'; 'b'; 'c'; }}\n" for k in range((n + 9) // 10)]
        for i in range(n):
            first, second = links(i, n)
            out.append(f"table table_{i} {{\n  id: bigint primary key generated always as identity;\n")
            out.append(f"  first_id: bigint?{'' if first is None else f' references table_{first}'};\n")
            out.append(f"  second_id: bigint?{'' if second is None else f' references table_{second}'};\n")
            out.append(f"  kind: kind_{i // 10} default 'a';\n  title: text;\n  slug: varchar(80);\n")
            out.append("  count: integer default 0;\n  active: boolean default true;\n  data: jsonb?;\n")
            out.append("  made_at: timestamptz default now();\n")
            if more and i == 0:
                out.append("  one_more: text?;\n")
            out.append("  index (first_id);\n  index (slug);\n}\n")
        (self.project / "schemas" / "bench.schema").write_text("".join(out))

    def command(self):
        return [self.program, "generate", "--no-verify", "--quiet"], None


class Drizzle(Peer):
    def write(self, n, more):
        names = "pgTable, pgEnum, bigint, text, varchar, integer, boolean, jsonb, timestamp, index"
        out = [f'import {{ {names} }} from "drizzle-orm/pg-core";\n']
        out += [f'export const kind{k} = pgEnum("kind_{k}", ["a", "b", "c"]);\n' for k in range((n + 9) // 10)]
        for i in range(n):
            first, second = links(i, n)
            refers = lambda it: "" if it is None else f".references(() => table{it}.id)"
            out.append(f'export const table{i} = pgTable("table_{i}", {{\n')
            out.append('  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),\n')
            out.append(f'  first_id: bigint({{ mode: "number" }}){refers(first)},\n')
            out.append(f'  second_id: bigint({{ mode: "number" }}){refers(second)},\n')
            out.append(f'  kind: kind{i // 10}().default("a").notNull(),\n  title: text().notNull(),\n')
            out.append("  slug: varchar({ length: 80 }).notNull(),\n  count: integer().default(0).notNull(),\n")
            out.append("  active: boolean().default(true).notNull(),\n  data: jsonb(),\n")
            out.append("  made_at: timestamp({ withTimezone: true }).defaultNow().notNull(),\n")
            if more and i == 0:
                out.append("  one_more: text(),\n")
            out.append(f'}}, (t) => [index("i{i}_first").on(t.first_id), index("i{i}_slug").on(t.slug)]);\n')
        (self.project / "schema.ts").write_text("".join(out))

    def command(self):
        flags = ["--dialect", "postgresql", "--schema", "./schema.ts", "--out", "./drizzle"]
        return [self.bin("drizzle-kit"), "generate", *flags], None


class Prisma(Peer):
    def begin(self, n):
        super().begin(n)
        self.old = None

    def write(self, n, more):
        out = ['datasource db {\n  provider = "postgresql"\n  url = "postgresql://localhost/none"\n}\n']
        out += [f"enum Kind{k} {{\n  a\n  b\n  c\n}}\n" for k in range((n + 9) // 10)]
        back = {}
        for i in range(n):
            for side, it in zip("fs", links(i, n)):
                if it is not None:
                    back.setdefault(it, []).append((side, i))
        for i in range(n):
            out.append(f"model Table{i} {{\n  id BigInt @id @default(autoincrement())\n")
            for side, name, it in zip("fs", ("first", "second"), links(i, n)):
                out.append(f"  {name}_id BigInt?\n")
                if it is not None:
                    out.append(f'  {name} Table{it}? @relation("{side}{i}", fields: [{name}_id], references: [id])\n')
            out += [f'  {side}{j} Table{j}[] @relation("{side}{j}")\n' for side, j in back.get(i, [])]
            out.append(f"  kind Kind{i // 10} @default(a)\n  title String\n  slug String @db.VarChar(80)\n")
            out.append("  count Int @default(0)\n  active Boolean @default(true)\n  data Json?\n")
            out.append("  made_at DateTime @default(now()) @db.Timestamptz\n")
            if more and i == 0:
                out.append("  one_more String?\n")
            out.append("  @@index([first_id])\n  @@index([slug])\n}\n")
        path = self.project / "schema.prisma"
        self.old = self.project / "old.prisma" if path.exists() else None
        if self.old:
            shutil.copy(path, self.old)
        path.write_text("".join(out))

    def command(self):
        start = ["--from-schema-datamodel", "old.prisma"] if self.old else ["--from-empty"]
        flags = [*start, "--to-schema-datamodel", "schema.prisma", "--script", "--output", "up.sql"]
        return [self.bin("prisma"), "migrate", "diff", *flags], {"PRISMA_HIDE_UPDATE_MESSAGE": "1"}


class TypeOrm(Peer):
    """It compares with a live database, which is made anew and brought up to date before what is timed."""

    def begin(self, n):
        if "DATABASE_URL" not in os.environ:
            raise Failed("typeorm compares with a live database: set DATABASE_URL to one that may be emptied")
        super().begin(n)
        for command in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            subprocess.run(["psql", "-qXc", command, os.environ["DATABASE_URL"]], check=True, stderr=subprocess.DEVNULL)
        (self.project / "tsconfig.json").write_text(
            '{"compilerOptions": {"target": "es2021", "module": "commonjs", "experimentalDecorators": true,'
            ' "emitDecoratorMetadata": true, "skipLibCheck": true, "strict": false}}'
        )

    def write(self, n, more):
        if (self.project / "data.ts").exists():
            self.apply()
        out = ['import "reflect-metadata";\nimport { Column, DataSource, Entity, Index, JoinColumn, ManyToOne, '
               'PrimaryGeneratedColumn } from "typeorm";\n']
        for i in range(n):
            out.append(f'@Entity("table_{i}")\nexport class Table{i} {{\n  @PrimaryGeneratedColumn("identity", {{ type: "bigint" }}) id: string;\n')
            for name, it in zip(("first", "second"), links(i, n)):
                index = f'@Index("i{i}_first") ' if name == "first" else ""
                out.append(f'  {index}@Column({{ type: "bigint", nullable: true }}) {name}_id: string;\n')
                if it is not None:
                    out.append(f'  @ManyToOne(() => Table{it}) @JoinColumn({{ name: "{name}_id" }}) {name}: Table{it};\n')
            out.append(f'  @Column({{ type: "enum", enum: ["a", "b", "c"], enumName: "kind_{i // 10}", default: "a" }}) kind: string;\n')
            out.append(f'  @Column("text") title: string;\n  @Index("i{i}_slug") @Column("varchar", {{ length: 80 }}) slug: string;\n')
            out.append('  @Column("int", { default: 0 }) count: number;\n  @Column("bool", { default: true }) active: boolean;\n')
            out.append('  @Column("jsonb", { nullable: true }) data: object;\n')
            out.append('  @Column("timestamptz", { default: () => "now()" }) made_at: Date;\n')
            if more and i == 0:
                out.append('  @Column("text", { nullable: true }) one_more: string;\n')
            out.append("}\n")
        entities = ", ".join(f"Table{i}" for i in range(n))
        out.append(f'export default new DataSource({{ type: "postgres", url: process.env.DATABASE_URL, entities: [{entities}], migrations: ["./m/*.ts"] }});\n')
        (self.project / "data.ts").write_text("".join(out))

    def apply(self):
        for path in sorted((self.project / "m").glob("*.ts")):
            subprocess.run([self.cli(), "migration:run", "-d", "data.ts"], cwd=self.project, check=True, capture_output=True)
            break

    def cli(self):
        return self.bin("typeorm-ts-node-commonjs")

    def command(self):
        # Where nothing changed it exits with 1; what it says then is no fault.
        script = f'"{self.cli()}" migration:generate -d data.ts m/x || grep -q "No changes" last.log'
        return ["sh", "-c", script], {"TS_NODE_TRANSPILE_ONLY": "1"}


class DrizzleCli(Peer):
    """The Rust one. It has no numeric, and names its enums' labels as Rust does."""

    def install(self):
        self.program = self.home / "bin" / "drizzle"
        if not self.program.exists():
            command = ["cargo", "install", "drizzle-cli", "--locked", "--features", "postgres-sync", "--root", str(self.home)]
            for version in ("0.4.3", "0.1.16"):
                done = subprocess.run([*command, "--version", version], capture_output=True, text=True)
                if done.returncode == 0:
                    return
            raise Failed(done.stderr[-600:].strip())

    def begin(self, n):
        super().begin(n)
        (self.project / "src").mkdir()
        text = 'dialect = "postgresql"\nschema = "src/schema.rs"\nout = "./drizzle"\n'
        (self.project / "drizzle.config.toml").write_text(text)

    def write(self, n, more):
        out = ["use drizzle::postgres::prelude::*;\n"]
        for i in range(n):
            refers = lambda it: "" if it is None else f"    #[column(references = Table{it}::id)]\n"
            first, second = links(i, n)
            out.append(f'#[PostgresTable(name = "table_{i}")]\npub struct Table{i} {{\n    #[column(primary, generated(identity))]\n    pub id: i64,\n')
            out.append(f"{refers(first)}    pub first_id: Option<i64>,\n{refers(second)}    pub second_id: Option<i64>,\n")
            out.append('    #[column(default = "a")]\n    pub kind: String,\n    pub title: String,\n    pub slug: String,\n')
            out.append("    #[column(default = 0)]\n    pub count: i32,\n    #[column(default = true)]\n    pub active: bool,\n")
            out.append("    pub data: Option<String>,\n    pub made_at: String,\n")
            if more and i == 0:
                out.append("    pub one_more: Option<String>,\n")
            out.append("}\n")
            for name in ("first_id", "slug"):
                out.append(f"#[PostgresIndex]\npub struct I{i}{name.title().replace('_', '')}(Table{i}::{name});\n")
        (self.project / "src" / "schema.rs").write_text("".join(out))

    def command(self):
        return [str(self.program), "generate"], None


PEERS = {
    "schemac": Schemac,
    "drizzle-kit": Drizzle,
    "drizzle-kit-rc": Drizzle,
    "drizzle-cli": DrizzleCli,
    "prisma": Prisma,
    "typeorm": TypeOrm,
}

STEPS = ["from nothing", "no change", "one column more"]


def one_round(peer, n):
    """Does the three steps in a new project; returns what each cost."""
    out = []
    peer.begin(n)
    for step in STEPS:
        peer.write(n, more=step == "one column more")
        # Versions of migrations are of the second.
        time.sleep(1.1)
        command, env = peer.command()
        out.append(measure(command, peer.project, env))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", default="100,1000", help="sizes, separated by commas")
    parser.add_argument("--only", default=",".join(PEERS), help="tools, separated by commas")
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured")
    parser.add_argument("--home", type=Path, default=ROOT / "target" / "peers", help="where peers are installed")
    args = parser.parse_args()
    ready = []
    for name in args.only.split(","):
        peer = PEERS[name](name, args.home)
        try:
            peer.install()
            ready.append(peer)
        except (Failed, OSError, subprocess.CalledProcessError) as error:
            print(f"{name}: not installed: {error}", file=sys.stderr)
    print(f"{'tool':<16}{'tables':>7}  {'step':<16}{'CPU s':>8}{'wall s':>8}{'MB':>7}{'of schemac':>12}")
    for n in map(int, args.tables.split(",")):
        ours = {}
        for peer in ready:
            try:
                rounds = [one_round(peer, n) for _ in range(args.runs)]
            except (Failed, OSError, subprocess.CalledProcessError) as error:
                print(f"{peer.name:<16}{n:>7}  failed: {error}")
                continue
            for k, step in enumerate(STEPS):
                cpu, wall, peak = (statistics.median(it[k][m] for it in rounds) for m in range(3))
                ours.setdefault(step, cpu) if peer.name == "schemac" else None
                ratio = f"{cpu / ours[step]:.1f}" if step in ours and ours[step] else "-"
                print(f"{peer.name:<16}{n:>7}  {step:<16}{cpu:>8.2f}{wall:>8.2f}{peak:>7.0f}{ratio:>12}", flush=True)


if __name__ == "__main__":
    main()

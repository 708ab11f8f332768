
# What a person changes of a pull by UPDATE reaches the workers: they sleep until then.

use strict;
use warnings;
use PendoTest;
use Test::More;
use WorkerJobs;

my $node = worker_node();

sub value { return $node->safe_psql('postgres', $_[0]) }
sub eventually { return wait_until($node, 'postgres', @_) }

value(q{
	CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
	CREATE FOREIGN TABLE live (id int, name text) SERVER files OPTIONS (program 'printf "1,one\n2,two\n"', format 'csv');
	CREATE TABLE local (id int PRIMARY KEY, name text, deleted_at timestamptz);
	SELECT pendo.define_pull('live', 'local', key_columns => '{id}', every => '1 day');});
eventually('SELECT count(*) = 2 FROM local', 'a pull runs');
eventually("SELECT state = 'waiting' AND due_at > now() + interval '23 hours' FROM pendo.worker", 'and is due in a day');

value('UPDATE pendo.pull SET is_paused = true');
eventually('SELECT count(*) = 0 FROM pendo.worker', 'paused by UPDATE: nothing is due');
value('DELETE FROM local; UPDATE pendo.ledger SET due_at = now()');
value('UPDATE pendo.pull SET is_paused = false');
eventually('SELECT count(*) = 2 FROM local', 'resumed by UPDATE: it runs');
eventually("SELECT state = 'waiting' AND due_at > now() + interval '23 hours' FROM pendo.worker", 'and is due in a day again');

value('DELETE FROM local');
value("UPDATE pendo.pull SET every = '1 second'");
eventually('SELECT count(*) = 2 FROM local', 'every second by UPDATE: it need not wait for the day');
value("UPDATE pendo.pull SET every = '1 day'");

# Not scheduled it stays, until it is again; how often is kept.
eventually("SELECT state = 'waiting' FROM pendo.worker", 'it waits');
value("SELECT pendo.unschedule('public.local')");
eventually('SELECT count(*) = 0 FROM pendo.worker', 'unscheduled: nothing is due');
value('DELETE FROM local; UPDATE pendo.ledger SET due_at = now()');
value("SELECT pendo.schedule('public.local')");
eventually('SELECT count(*) = 2 FROM local', 'scheduled: it runs');
is(value('SELECT every FROM pendo.pull'), '1 day', 'as often as before');

done_testing();

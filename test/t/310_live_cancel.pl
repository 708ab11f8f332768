
# Whatever a live query waits for, a cancel, statement_timeout or the session's
# end stops it at once, leaves no socket and no file, and the rest goes on.

use strict;
use warnings;
use HttpProbe ();
use LiveSession;
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

# What users are promised is 300 ms; a loaded machine may take longer.
my $limit = 3000;
my %longest = (cancel => 0, timeout => 0);

my $pendo = start_stand_in(days => 16, now => '2024-06-15T12:00:00Z', frozen => 1);
my $mute = HttpProbe::start_faults('--mute');
my $full = HttpProbe::start_faults('--full');
my $node = new_node();
my %fast = (requests_per_second => 1000, request_burst => 50);
my %slow = (%fast, connect_timeout => '10min', first_byte_timeout => '10min', stall_timeout => '10min');

# Tables are declared, as an import would stall as well.
sub connect_slow
{
	my ($there, $name, %options) = @_;

	connect_live($there, $pendo, name => $name, schema => $name, tables => [],
		server => { %slow, %{ $options{server} // {} } }, mapping => $options{mapping} // {});
	$there->safe_psql('postgres', qq{
		CREATE FOREIGN TABLE $name.visitor (visitor_id text, metadata jsonb) SERVER $name OPTIONS (object 'visitor');
		CREATE FOREIGN TABLE $name.whole (visitor_id text, metadata jsonb) SERVER $name
			OPTIONS (object 'visitor', spool 'all');
		CREATE FOREIGN TABLE $name.segment (id text, name text) SERVER $name OPTIONS (object 'segment');});
	return;
}

my %mute = (base_url => $mute->url('') =~ s/^http:/https:/r);
my $no_byte = { fault => 'stall_first_byte', times => -1 };
my $half = { fault => 'stall_body', times => -1, match => { after_rows => 20 } };
my $most = { fault => 'stall_body', times => -1, match => { after_rows => 250 } };

# Where a query comes to a wait: the server's options, the mapping's, a fault.
my @stalls = (
	{ name => 'connect', server => { base_url => $full->url('') } },
	{ name => 'handshake', server => \%mute },
	{ name => 'first_byte', fault => $no_byte },
	{ name => 'body', fault => $half },
	{ name => 'body_set_aside', fault => $most, table => 'whole', files => 1 },
	# A budget is its key's; one that nobody has used begins empty.
	{ name => 'budget', server => { requests_per_second => 0.01, request_burst => 1 },
		mapping => { integration_key => $pendo->read_only_key } },
	{ name => 'retry', server => { retry_delay => '10min', max_retry_delay => '20min' },
		fault => { fault => 'html_error', times => -1 } },
);

connect_live($node, $pendo, schema => 'good', server => \%fast, tables => [qw(visitor segment)]);
connect_slow($node, $_->{name}, %$_) foreach @stalls;
# Plain answers are long enough to be set aside in a file.
$pendo->set_switches(gzip => 'never');
my $visitors = $node->safe_psql('postgres', 'SELECT count(*) FROM good.visitor');
cmp_ok($visitors, '>', 200, 'there are visitors');

sub temporary_files { return glob $_[0]->data_dir . '/base/pgsql_tmp/*' }

# Stop a stalled statement of a session in one of these ways.
my %ways = (
	cancel => sub { kill 'INT', $_[0]->backend },
	terminate => sub { kill 'TERM', $_[0]->backend },
);

sub wait_for
{
	my ($what, $done) = @_;
	my $until = time + 20;

	until ($done->())
	{
		return fail("$what: in vain") if time > $until;
		sleep 0.02;
	}
	return pass($what);
}

# Nobody but this test asks the stand-in.
sub in_flight { return $pendo->stats->{in_flight} }

# A statement that stalls is stopped.
sub check_stop
{
	my ($there, $stall, $what, $statement, $way) = @_;
	my $name = "$stall->{name}, $what, $way";
	my $session = LiveSession->new($there);
	my $state = $way eq 'terminate' ? '57P01' : '57014';

	$session->value('SELECT count(*) FROM good.segment') unless $stall->{alone};
	my ($sockets) = $session->descriptors;
	$pendo->clear_log;
	$pendo->set_faults($stall->{fault} // ());
	$session->start($statement);
	my $is_there = sub {
		return 0 if ($stall->{fault} && !in_flight() && $stall->{name} ne 'retry');
		return 0 if $stall->{thread} && 2 > (() = glob "/proc/@{[$session->backend]}/task/*");
		return 0 if $stall->{files} && !temporary_files($there);
		return $there->safe_psql('postgres', 'SELECT wait_event_type FROM pg_stat_activity WHERE pid = '
			  . $session->backend) eq 'Extension';
	};
	wait_for("$name: it waits", $is_there);
	my $began = time;
	$ways{$way}->($session);
	my ($got, $rows, $error) = $session->finish;
	my $took = int((time - $began) * 1000);

	is($got, $state, "$name: stopped") or diag($error);
	cmp_ok($took, '<', $limit, "$name: within $limit ms");
	note("$name: took $took ms");
	$longest{cancel} = $took if $took > $longest{cancel};
	$pendo->clear_faults;
	$session->run('ROLLBACK') if $way ne 'terminate';
	wait_for("$name: its transfer is dropped", sub { !in_flight() });
	if ($stall->{fault} && $stall->{name} ne 'retry')
	{
		my @complete = grep { $_->{fault} && $_->{complete} } $pendo->log;
		is(scalar(@complete), 0, "$name: so the log says");
	}
	wait_for("$name: no file remains", sub { !temporary_files($there) });
	return if $way eq 'terminate';
	# libcurl's look-up goes on in its thread, and holds its own for a while.
	cmp_ok(($session->descriptors)[0], '<=', $sockets, "$name: no socket remains") unless $stall->{thread};
	is($session->value($stall->{alone} ? "SELECT $visitors" : 'SELECT count(*) FROM good.visitor'),
		$visitors, "$name: the session goes on");
	return;
}

sub check_timeout
{
	my ($there, $stall, $statement) = @_;
	my $session = LiveSession->new($there);

	$pendo->set_faults($stall->{fault} // ());
	$session->value('SET statement_timeout = 300');
	my $began = time;
	my ($state, undef, $error) = $session->run($statement);
	my $over = int((time - $began) * 1000) - 300;

	$pendo->clear_faults;
	is($state, '57014', "$stall->{name}: statement_timeout") or diag($error);
	like($error, qr/due to statement timeout/, "$stall->{name}: and says so");
	cmp_ok($over, '<', $limit, "$stall->{name}: within $limit ms");
	note("$stall->{name}: statement_timeout, $over ms late");
	$longest{timeout} = $over if $over > $longest{timeout};
	return;
}

sub check_stall
{
	my ($there, $stall) = @_;
	my $name = $stall->{name};
	my $query = "SELECT * FROM $name." . ($stall->{table} // 'visitor');

	check_stop($there, $stall, 'SELECT', $query, 'cancel');
	check_stop($there, $stall, 'FETCH', "BEGIN; DECLARE c CURSOR FOR $query; FETCH ALL FROM c", 'cancel');
	check_stop($there, $stall, 'SELECT', $query, 'terminate');
	check_timeout($there, $stall, $query);
	return;
}

check_stall($node, $_) foreach @stalls;

# The other things that ask: an import, a check, an explained query.
my %others = (
	IMPORT => sub { "CREATE SCHEMA IF NOT EXISTS new; IMPORT FOREIGN SCHEMA pendo LIMIT TO (visitor) FROM SERVER $_[0] INTO new" },
	'check()' => sub { "SELECT * FROM pendo.check('$_[0]')" },
	EXPLAIN => sub { "EXPLAIN ANALYZE SELECT * FROM $_[0].segment" },
);
foreach my $stall (grep { $_->{name} =~ /^(handshake|first_byte|body|budget|retry)$/ } @stalls)
{
	foreach my $what (sort keys %others)
	{
		# A check reports a refusal, and tries nothing again.
		next if $what eq 'check()' && $stall->{name} eq 'retry';
		check_stop($node, $stall, $what, $others{$what}->($stall->{name}), 'cancel');
	}
}

# Name look-ups stall in a thread of libcurl's.  This takes namespaces.
SKIP:
{
	my @unshare = qw(unshare -c --keep-caps -m -n);

	if (system("@unshare true 2>/dev/null") != 0)
	{
		diag('NOT TESTED: a cancel while a name is looked up; an ordinary user may make no namespaces here');
		skip 'no namespaces for an ordinary user here', 1;
	}
	my $there = PostgreSQL::Test::Cluster->new('unresolving');
	my %stall = (name => 'dns', alone => 1, thread => 1, server => { base_url => 'https://unresolvable.example.com' });

	$there->init;
	my $status = system @unshare, '/usr/bin/python3', tree_folder() . '/test/tools/silent_dns.py',
	  $there->data_dir . '/postmaster.pid', 'pg_ctl', '-w', '-s', '-D', $there->data_dir, '-l', $there->logfile,
	  '-o', '--cluster-name=unresolving', 'start';
	BAIL_OUT('the server without name service did not start') if $status != 0;
	$there->_update_pid(1);
	$there->safe_psql('postgres', 'CREATE EXTENSION pendo_fdw');
	connect_slow($there, 'dns', %stall);
	check_stall($there, \%stall);
	check_stop($there, \%stall, $_, $others{$_}->('dns'), 'cancel') foreach 'IMPORT', 'check()';
	$there->stop;
}

# While one session stalls, others with the same key do not.
{
	my ($stalled, $other) = map { LiveSession->new($node) } 1, 2;

	$pendo->set_faults({ %$no_byte, times => 1, match => { source => 'visitors' } });
	$stalled->start('SELECT count(*) FROM first_byte.visitor');
	wait_for('one session stalls', sub { in_flight() });
	is($other->value('SELECT count(*) FROM first_byte.visitor'), $visitors, 'another goes on');
	kill 'INT', $stalled->backend;
	is(($stalled->finish)[0], '57014', 'and the first is cancelled');
	$pendo->clear_faults;
}

# An answer without end, in pieces.
my $endless = { id => 'endless', fault => 'oversize', times => 1, match => { source => 'visitors' } };
my $dripping = { id => 'drip', fault => 'drip', times => 1, match => { source => 'visitors', after_rows => 20 },
	args => { bytes => 600, seconds => 0.002 } };

# Who stops reading stops the transfer.
{
	my $session = LiveSession->new($node);
	my $incomplete = sub {
		my ($name) = @_;
		wait_for("$name: the transfer ends", sub { !in_flight() });
		my @requests = $pendo->requests(source => 'visitors');
		is_deeply([ map { $_->{complete} ? 'complete' : 'broken off' } @requests ], ['broken off'],
			"$name: before the answer's end");
	};

	foreach my $case (
		[ 'LIMIT', 'SELECT count(*) FROM (SELECT * FROM first_byte.visitor LIMIT 3) v', 3 ],
		[ 'EXISTS', 'SELECT EXISTS (SELECT FROM first_byte.visitor)', 't' ],
		[ 'CLOSE', 'BEGIN; DECLARE c CURSOR FOR SELECT 1 FROM first_byte.visitor; FETCH 2 FROM c; CLOSE c', "1\n1" ],
		[ 'ROLLBACK', 'BEGIN; DECLARE c CURSOR FOR SELECT 1 FROM first_byte.visitor; FETCH 2 FROM c; ROLLBACK', "1\n1" ],
		[ 'COMMIT', 'BEGIN; DECLARE c CURSOR FOR SELECT 1 FROM first_byte.visitor; FETCH 2 FROM c; COMMIT', "1\n1" ])
	{
		my ($name, $sql, $expected) = @$case;

		$pendo->clear_log;
		$pendo->set_faults($endless);
		is($session->value($sql), $expected, "$name: rows of an endless answer");
		is($pendo->fired('endless'), 1, "$name: which it was");
		$session->run('COMMIT') if $name eq 'CLOSE';
		$incomplete->($name);
	}
	$pendo->clear_faults;
}

# A cursor may rest for longer than any limit, before and within the body.
connect_slow($node, 'hasty', server => { stall_timeout => '300ms', first_byte_timeout => '600ms', max_attempts => 1 });
foreach my $case ([ 'dripping', $dripping ], [ 'endless', $endless ], [ 'short' ])
{
	my ($name, $fault) = @$case;
	my $session = LiveSession->new($node);
	my $all = "SELECT count(*) = $visitors";

	$pendo->clear_log;
	$pendo->set_faults($fault // ());
	$session->value('BEGIN; DECLARE c CURSOR FOR SELECT visitor_id, metadata FROM hasty.visitor');
	is($session->value("MOVE 10 FROM c; \\echo :ROW_COUNT"), 10, "$name: rows of a cursor");
	$session->value('SELECT pg_sleep(1)');
	is($session->value("MOVE 10 FROM c; \\echo :ROW_COUNT"), 10, "$name: more after a rest");
	sleep 1;
	if ($name eq 'endless')
	{
		is($session->value("MOVE 50000 FROM c; \\echo :ROW_COUNT"), 50000, "$name: many more, resting once more");
		$session->value('ROLLBACK');
	}
	else
	{
		is($session->value("MOVE ALL FROM c; \\echo :ROW_COUNT"), $visitors - 20, "$name: the rest after the next");
		$session->value('COMMIT');
		ok((map { $_->{complete} } $pendo->requests(source => 'visitors'))[0], "$name: the answer was read in full");
	}
	is($pendo->fired($fault->{id}), 1, "$name: it was so") if $fault;
}
$pendo->clear_faults;

# An error within a savepoint leaves an outer cursor's transfer alone, and ends
# those of the savepoint.
{
	my $session = LiveSession->new($node);

	$pendo->clear_log;
	$pendo->set_faults($dripping, { id => 'refused', fault => 'status', args => { code => 400, body => 'no' },
		times => -1, match => { path => '/api/v1/segment' } });
	$session->value('BEGIN; DECLARE outside CURSOR FOR SELECT visitor_id, metadata FROM hasty.visitor;');
	is($session->value("MOVE 5 FROM outside; \\echo :ROW_COUNT"), 5, 'savepoint: an outer cursor begins');
	$session->value('SAVEPOINT s');
	my ($state) = $session->run('SELECT * FROM hasty.segment');
	is($state, 'HV000', 'savepoint: a statement fails');
	is(($session->run('FETCH 1 FROM outside'))[0], '25P02', 'savepoint: the transaction waits for its end');
	$session->value('ROLLBACK TO SAVEPOINT s');
	is($session->value("MOVE ALL FROM outside; \\echo :ROW_COUNT"), $visitors - 5,
		'savepoint: the outer cursor goes on to its end');
	$session->value('COMMIT');
	is($pendo->fired('drip'), 1, 'savepoint: its answer came slowly');

	$pendo->clear_log;
	$pendo->set_faults($endless, { %$dripping, match => { source => 'visitors' } });
	$session->value('BEGIN; SAVEPOINT s; DECLARE inside CURSOR FOR SELECT visitor_id FROM hasty.visitor;'
		  . ' MOVE 5 FROM inside');
	is(in_flight(), 1, 'savepoint: an inner cursor is under way');
	$session->value('ROLLBACK TO SAVEPOINT s');
	wait_for('savepoint: it ends with the savepoint', sub { !in_flight() });
	is($session->value('SELECT count(*) FROM hasty.visitor'), $visitors, 'savepoint: the transaction goes on');
	$session->value('COMMIT');
	$pendo->clear_faults;
}

is($node->safe_psql('postgres', 'SELECT count(*) FROM good.visitor'), $visitors, 'all is well in the end');
diag("longest: $longest{cancel} ms to stop a statement, $longest{timeout} ms past statement_timeout");
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC|TRAP|file descriptor leak|temporary file leak/,
	'and the log shows no accident');
done_testing();

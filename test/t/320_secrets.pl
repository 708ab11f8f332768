
# No secret in anything that is written: server log at debug5, EXPLAIN, errors,
# notices, catalogue, pg_stat_activity, process titles.  And secret files: how
# they are read, and who may name them.
#
# What a user types into DDL the server may log, whoever wrote the extension:
# so log_statement and log_min_error_statement keep statements out of the log
# here, except in the control that shows that secrets would be found.

use strict;
use warnings;
use HttpProbe ();
use LiveSession;
use MIME::Base64;
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my %secret = (
	literal => 'pl4in-l1teral-5ecret', file => 'k3pt-in-a-f1le-5ecret', 'other file' => 'wr1ting-f1le-5ecret',
	'proxy password' => 'pr0xy-pa55word', 'proxy password file' => 'pr0xy-f1le-pa55word');
my %needle = (%secret,
	map { ("$_ in base64" => encode_base64("joe:$secret{$_}", '') =~ s/.{3}$//r) } 'proxy password', 'proxy password file');

my $pendo = start_stand_in(days => 5, now => '2024-06-15T12:00:00Z', frozen => 1,
	key => $secret{literal}, read_only_key => $secret{file}, revoked_key => $secret{'other file'});
my %proxy = map { $_ => HttpProbe::start_faults('--proxy', '--login', "joe:$secret{$_}") }
  'proxy password', 'proxy password file';
my $node = new_node(settings => {
	log_min_messages => 'debug5', log_statement => 'none', log_min_error_statement => 'panic',
	log_error_verbosity => 'verbose', session_preload_libraries => 'auto_explain', 'auto_explain.log_min_duration' => 0,
	'auto_explain.log_analyze' => 'on', 'auto_explain.log_verbose' => 'on', 'auto_explain.log_nested_statements' => 'on',
	log_parameter_max_length_on_error => -1 });
my $read = 0;

# Names of the secrets in a text.
sub found_in
{
	my ($text) = @_;

	return join ', ', grep { index($text, $needle{$_}) >= 0 } sort keys %needle;
}

# What was logged since the last look.
sub new_log
{
	my $text = slurp_file($node->logfile, $read);

	$read += length $text;
	return $text;
}

# Those tables of all schemas whose rows hold one of the secrets.
sub tables_with_secrets
{
	my ($session) = @_;

	return $session->value(q{SET auto_explain.log_min_duration = -1; SET client_min_messages = notice;
		DO $$ DECLARE
			needles text[] := ARRAY[} . join(', ', map { quote_literal("%$_%") } values %needle) . q{];
			tables text[] := '{}';
			t regclass;
			is_there boolean;
		  BEGIN
			FOR t IN SELECT oid FROM pg_class WHERE relkind IN ('r', 'm') AND relpersistence <> 't' ORDER BY relname LOOP
				EXECUTE format('SELECT EXISTS (SELECT FROM %s r WHERE r::text LIKE ANY ($1))', t) INTO is_there USING needles;
				IF is_there THEN tables := tables || t::text; END IF;
			END LOOP;
			PERFORM set_config('test.tables', array_to_string(tables, ', '), false);
		  END $$;
		SELECT current_setting('test.tables')});
}

my %mapping = (
	literal => { integration_key => $secret{literal} },
	file => { integration_key => undef, secret_file => 'reading', write_secret_file => 'writing' },
	proxy => { integration_key => undef, secret_file => 'reading', proxy_user => 'joe', proxy_password => $secret{'proxy password'} },
	proxy_file => { integration_key => undef, secret_file => 'reading', proxy_user => 'joe', proxy_password_file => 'proxying' },
);
my %server = (
	proxy => { http_proxy => 'http://127.0.0.1:' . $proxy{'proxy password'}->port },
	proxy_file => { http_proxy => 'http://127.0.0.1:' . $proxy{'proxy password file'}->port },
);
write_secret(reading => "$secret{file}\n");
write_secret(writing => $secret{'other file'});
write_secret(proxying => "$secret{'proxy password file'}\n");
my %fast = (requests_per_second => 1000, request_burst => 50, max_attempts => 2, retry_delay => '1ms', first_byte_timeout => '10s');
connect_live($node, $pendo, name => $_, schema => $_, tables => [qw(visitor segment event)],
	mapping => $mapping{$_}, server => { %fast, %{ $server{$_} // {} } })
  foreach sort keys %mapping;
is(found_in(new_log()), '', 'the log of connecting');

# The control: the same search finds each of them where it is.
{
	my $control = LiveSession->new($node);

	$control->run("SET log_statement = 'ddl'; CREATE SERVER control FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC')");
	$control->run('CREATE USER MAPPING FOR PUBLIC SERVER control OPTIONS ('
		  . "integration_key '$secret{literal}', proxy_password '$secret{'proxy password'}')");
	$control->run("DO \$\$ BEGIN RAISE LOG '%', pg_read_file(current_setting('pendo_fdw.secret_directory') || '/$_'); END \$\$")
	  foreach qw(reading writing proxying);
	$control->run("DO \$\$ BEGIN RAISE LOG '%', encode(convert_to('joe:$_', 'UTF8'), 'base64'); END \$\$")
	  foreach $secret{'proxy password'}, $secret{'proxy password file'};
	is(found_in(new_log()), join(', ', sort keys %needle), 'control: the search of the log finds every secret');
	$control->run('DROP SERVER control CASCADE');
	is(tables_with_secrets($control), 'pg_user_mapping', 'catalogue: literals are in pg_user_mapping, where the user put them');
	is($control->value("SELECT count(*) FROM pg_user_mapping WHERE umoptions::text ~ '$secret{literal}|$secret{'proxy password'}'"),
		2, 'control: the search of the catalogue finds both');
	is($control->value("SELECT count(*) FROM pg_user_mapping WHERE umoptions::text ~ '$secret{file}|$secret{'other file'}|$secret{'proxy password file'}'"),
		0, 'those in files are nowhere in it');
	$control->quit;
	new_log();
}

# Everything that is said, by each connection, in fair weather and foul.
my $said = '';
my $session = LiveSession->new($node);
sub say_all
{
	my ($sql) = @_;
	my ($state, $output, $error) = $session->run($sql);

	$said .= "$output\n$error\n";
	return $state;
}

$session->run('SET client_min_messages = debug5');
foreach my $name (sort keys %mapping)
{
	my $key = $name eq 'literal' ? $secret{literal} : $secret{file};

	is(say_all("SELECT count(*) FROM $name.segment"), '00000', "$name: the secret serves");
	foreach my $format (qw(TEXT JSON YAML XML))
	{
		is(say_all("EXPLAIN ($_, FORMAT $format) SELECT visitor_id, metadata FROM $name.visitor WHERE visitor_id > 'm'"),
			'00000', "$name: EXPLAIN $format, $_")
		  foreach 'VERBOSE', 'VERBOSE, ANALYZE, SETTINGS';
	}
	is(say_all("SELECT * FROM pendo.check('$name')"), '00000', "$name: check()");
	is(say_all("CREATE SCHEMA again; IMPORT FOREIGN SCHEMA pendo FROM SERVER $name INTO again; DROP SCHEMA again CASCADE"),
		'00000', "$name: import");
	is(say_all("SELECT * FROM pendo.refresh_tables('$name')") =~ /^(00000|\w{5})$/, 1, "$name: refresh");
	foreach my $fault (
		{ fault => 'status', args => { code => 401, body => "the key $key is not known, $key" } },
		{ fault => 'status', args => { code => 400, body => "$key", headers => { 'X-Request-Id' => $key } } },
		{ fault => 'status', args => { code => 500, body => "<html><p>$key</p></html>", content_type => "text/$key" } },
		{ fault => 'redirect', args => { location => "https://example.com/$key" } },
		{ fault => 'broken_json', args => { how => 'html' } },
		{ fault => 'wrong_content_type', args => { content_type => "text/$key" } },
		{ fault => 'cut_before' })
	{
		$pendo->set_faults({ %$fault, id => 'f', times => -1 });
		say_all("SELECT count(*) FROM $name.segment");
		say_all("SELECT count(*) FROM $name.visitor");
		say_all("SELECT * FROM pendo.check('$name')");
		say_all("CREATE SCHEMA again; IMPORT FOREIGN SCHEMA pendo LIMIT TO (visitor) FROM SERVER $name INTO again");
		say_all('DROP SCHEMA IF EXISTS again CASCADE');
		cmp_ok($pendo->fired('f'), '>', 0, "$name: $fault->{fault} was met");
	}
	$pendo->clear_faults;
}
cmp_ok(scalar(map { $_->requests } values %proxy), '>', 20, 'the proxies were used');

# Wrong passwords for the proxy, and bad values of secret options.
say_all("ALTER SERVER proxy OPTIONS (SET http_proxy 'http://127.0.0.1:" . $proxy{'proxy password file'}->port . "')");
is(say_all('SELECT count(*) FROM proxy.segment'), 'HV00N', 'the wrong proxy password');
say_all("SELECT * FROM pendo.check('proxy')");
my $mapping = "USER MAPPING FOR PUBLIC SERVER literal OPTIONS (SET integration_key";
say_all("ALTER $mapping E'$secret{literal}\\n$secret{literal}')");
isnt(say_all('SELECT count(*) FROM literal.segment'), '00000', 'a key of two lines is not sent');
say_all("ALTER $mapping '$secret{literal}')");
is(say_all("ALTER USER MAPPING FOR PUBLIC SERVER literal OPTIONS (ADD proxy_password_file '../elsewhere')"), 'HV024',
	'a file is named, not pointed at');
say_all("ALTER SERVER literal OPTIONS (ADD integration_key '$secret{literal}')");
like($said, qr/unknown option "integration_key" of a server/, 'a secret is no option of a server');

# What others see while a request is under way.
{
	my $stalled = LiveSession->new($node);

	foreach my $name (sort keys %mapping)
	{
		next if $name eq 'proxy';
		$pendo->set_faults({ fault => 'stall_first_byte', times => 1 });
		$stalled->start("SELECT count(*) FROM $name.segment");
		my $until = time + 20;
		sleep 0.02 until $pendo->stats->{in_flight} || time > $until;
		is($pendo->stats->{in_flight}, 1, "$name: a request is under way");
		$said .= $session->value('SELECT string_agg(a::text, chr(10)) FROM pg_stat_activity a');
		# The stand-in and the proxies are told secrets in their arguments.
		$said .= join "\n", grep { /^postgres: / } map { eval { slurp_file($_) } // '' } glob '/proc/[0-9]*/cmdline';
		$said .= $session->value(q{SELECT string_agg(b::text, chr(10)) FROM pg_backend_memory_contexts b});
		kill 'INT', $stalled->backend;
		$said .= ($stalled->finish)[2];
	}
	$pendo->clear_faults;
}

# connect(): what it prints and what it notes.  The call itself is the user's.
{
	my $connecting = LiveSession->new($node);
	my $options = sub { my $json = join ', ', map { qq{"$_": "$fast{$_}"} } sort keys %fast;
		return qq{options => '{"base_url": "@{[$pendo->url]}", $json}'} };

	$connecting->run('SET auto_explain.log_min_duration = -1; SET client_min_messages = debug1');
	my ($state, $output, $error) = $connecting->run(qq{SELECT pendo.connect('new', 'America/New_York',
		integration_key => '$secret{literal}', schema => 'new', @{[$options->()]})});
	is($state, '00000', 'connect()') or diag($error);
	like($output, qr/integration_key '\.\.\.'/, 'connect() prints the statement without the key');
	like($error, qr/NOTICE:.*option "integration_key" holds a secret in the catalogue/, 'and there is a notice');
	$said .= "$output\n$error\n";

	# The import of it fails, and making the mapping does.
	($state, $output, $error) = $connecting->run(qq{SELECT pendo.connect('bad', 'America/New_York',
		integration_key => E'$secret{literal}\\nmore', schema => 'bad', @{[$options->()]})});
	isnt($state, '00000', 'connect() with a key that cannot be sent');
	$said .= "$output\n$error\n";
	($state, $output, $error) = $connecting->run(qq{BEGIN READ ONLY; SELECT pendo.connect('bad', 'America/New_York',
		integration_key => '$secret{literal}', schema => 'bad', @{[$options->()]})});
	isnt($state, '00000', 'connect() in a read-only transaction');
	$said .= "$output\n$error\n";
	$connecting->run('ROLLBACK');
}

is(found_in($said), '', 'what was said holds no secret')
  or diag(join "\n", grep { found_in($_) ne '' } split /\n/, $said);
my $log = new_log();
is(found_in($log), '', 'nor does the log at debug5')
  or diag(join "\n", (grep { found_in($_) ne '' } split /\n/, $log)[ 0 .. 9 ]);
cmp_ok(length $log, '>', 100_000, 'of which there is much');
like($log, qr/Foreign Scan on .*segment/, 'with plans');
is(tables_with_secrets($session), 'pg_user_mapping', 'nor does the catalogue, but for the mappings');

# Notices.
foreach my $case (
	[ 'ADD write_integration_key', "'$secret{literal}'", 'write_integration_key' ],
	[ 'SET integration_key', "'$secret{literal}'", 'integration_key' ])
{
	my ($option, $value, $name) = @$case;
	my ($state, undef, $error) = LiveSession->new($node)->run("ALTER USER MAPPING FOR PUBLIC SERVER literal OPTIONS ($option $value)");
	like($error, qr/NOTICE:  00000: option "$name" holds a secret in the catalogue/, "a literal $name: a notice");
	is(found_in($error), '', 'without it');
}
my (undef, undef, $silence) = LiveSession->new($node)->run("ALTER USER MAPPING FOR PUBLIC SERVER file OPTIONS (SET secret_file 'reading')");
is($silence, '', 'none for a file');

# Files: read at each use.
write_secret(reading => "stale\n");
is(say_all('SELECT count(*) FROM file.segment'), '42501', 'a stale key in the file');
write_secret(reading => "$secret{file}\n");
is(say_all('SELECT count(*) FROM file.segment'), '00000', 'a new one serves at once, in the same session');
say_all("PREPARE q AS SELECT count(*) FROM file.segment; EXECUTE q");
write_secret(reading => "stale\n");
is(say_all('EXECUTE q'), '42501', 'a prepared statement reads it anew');
write_secret(reading => $secret{file});
is(say_all('EXECUTE q'), '00000', 'and again, without a newline');

# Files that will not do.
my $folder = work_folder() . '/secrets';
my %bad = (
	'readable by others' => sub { chmod 0644, write_secret(reading => $secret{file}) },
	'writable by the group' => sub { chmod 0620, write_secret(reading => $secret{file}) },
	'a symbolic link' => sub { write_secret(target => $secret{file}); unlink "$folder/reading"; symlink "$folder/target", "$folder/reading" },
	'a folder' => sub { unlink "$folder/reading"; mkdir "$folder/reading", 0700 },
	'too long' => sub { write_secret(reading => "$secret{file}x" x 5000) },
	'two lines' => sub { write_secret(reading => "$secret{file}\n$secret{file}\n") },
	'a carriage return' => sub { write_secret(reading => "$secret{file}\r\n") },
	'a NUL' => sub { write_secret(reading => "$secret{file}\0more") },
	'a header of its own' => sub { write_secret(reading => "$secret{file}\r\nX-Other: 1") },
	empty => sub { write_secret(reading => '') },
	'a newline alone' => sub { write_secret(reading => "\n") },
	missing => sub { unlink "$folder/reading" },
	'a pipe' => sub { unlink "$folder/reading"; POSIX::mkfifo("$folder/reading", 0600) },
);
foreach my $case (sort keys %bad)
{
	rmdir "$folder/reading" if -d "$folder/reading";
	unlink "$folder/reading";
	$bad{$case}->();
	$pendo->clear_log;
	my ($state, undef, $error) = $session->run('SELECT count(*) FROM file.segment');
	is($state, $case eq 'missing' ? '58P01' : '55000', "a secret file, $case") or diag($error);
	is(found_in($error), '', "a secret file, $case: without its text");
	is(scalar($pendo->log), 0, "a secret file, $case: nothing is sent");
}
unlink "$folder/reading";
write_secret(reading => "$secret{file}\n");
is(say_all('SELECT count(*) FROM file.segment'), '00000', 'and a good one again');

# Who may name one.
$node->safe_psql('postgres', 'CREATE ROLE plain LOGIN; CREATE ROLE reader LOGIN IN ROLE pg_read_server_files;'
	  . ' GRANT USAGE ON FOREIGN SERVER file, literal TO plain, reader');
my %who = map { $_ => LiveSession->new($node, user => $_) } qw(plain reader);
foreach my $option (qw(secret_file write_secret_file proxy_password_file))
{
	my $sql = "CREATE USER MAPPING FOR CURRENT_USER SERVER file OPTIONS ($option 'reading')";
	is(($who{plain}->run($sql))[0], '42501', "a plain user may not name a $option");
	is(($who{reader}->run($sql))[0], '00000', "a member of pg_read_server_files may name a $option");
	$who{reader}->run('DROP USER MAPPING FOR CURRENT_USER SERVER file');
}
is(($who{plain}->run("CREATE USER MAPPING FOR CURRENT_USER SERVER file OPTIONS (integration_key 'x')"))[0], '00000',
	'a plain user may type a key');
is(($who{plain}->run("ALTER USER MAPPING FOR CURRENT_USER SERVER file OPTIONS (ADD secret_file 'reading')"))[0], '42501',
	'but not add a file later');
is(($who{plain}->run('SHOW pendo_fdw.secret_directory'))[0], '42501', 'nor see where they are');

$log = new_log();
is(found_in($log), '', 'the rest of the log holds no secret')
  or diag(join "\n", (grep { found_in($_) ne '' } split /\n/, $log)[ 0 .. 9 ]);
done_testing();

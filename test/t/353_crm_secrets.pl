
# No secret of a CRM in anything that is written: tokens, client secrets and refresh
# tokens, in the server's log at debug5, in EXPLAIN, errors and notices, whatever
# answers repeat of them.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $hubspot = start_stand_in(kind => 'hubspot');
my $salesforce = start_stand_in(kind => 'salesforce', client_secret => 'cl1ent-5ecret', refresh_token => 'r3fresh-t0ken');
my %secret = (token => $hubspot->{token}, 'client secret' => 'cl1ent-5ecret', 'refresh token' => 'r3fresh-t0ken');
my $node = new_node(settings => {
	log_min_messages => 'debug5', log_statement => 'none', log_min_error_statement => 'panic', log_error_verbosity => 'verbose',
	session_preload_libraries => 'auto_explain', 'auto_explain.log_min_duration' => 0, 'auto_explain.log_verbose' => 'on',
	'auto_explain.log_nested_statements' => 'on', log_parameter_max_length_on_error => -1 });
my $said = connect_crm($node, $hubspot, 'hub', max_attempts => 2);
$said .= connect_crm($node, $salesforce, 'sf', max_attempts => 2, refresh => 1);

# A session's token begins with the organisation's id.
my $session_token = substr($salesforce->{org_id}, 0, 15) . '!';

sub found_in
{
	my ($text) = @_;

	return join ', ', (grep { index($text, $secret{$_}) >= 0 } sort keys %secret), index($text, $session_token) >= 0 ? 'session' : ();
}

my $session = LiveSession->new($node);
sub say_all
{
	my ($state, $output, $error) = $session->run($_[0]);

	$said .= "$output\n$error\n";
	return $state;
}

$session->run('SET client_min_messages = debug5');
foreach my $name (qw(hub sf))
{
	my ($stand_in, $table) = $name eq 'hub' ? ($hubspot, 'hub.company') : ($salesforce, 'sf.account');

	is(say_all("EXPLAIN (VERBOSE, ANALYZE) SELECT * FROM $table"), '00000', "$name: the secret serves");
	is(say_all("SELECT * FROM pendo.check('$name')"), '00000', "$name: check()");
	is(say_all("SELECT * FROM pendo.refresh_tables('$name')"), '00000', "$name: refresh");
	foreach my $status (400, 401, 403, 500)
	{
		# Each repeats what it was sent; Salesforce is sent secrets at the sign-in.
		my $sent = $name eq 'hub' ? $secret{token} : "$secret{'client secret'} $secret{'refresh token'}";
		$stand_in->set_faults({ id => 'f', fault => 'status', times => -1, $name eq 'sf' ? (match => { source => 'token' }) : (),
			args => { code => $status, body => qq({"error":"$sent","error_description":"$sent","message":"$sent"}),
				headers => { 'X-Request-Id' => $name eq 'hub' ? $secret{token} : 'id' } } });
		$stand_in->control(DELETE => 'sessions') if $name eq 'sf';
		say_all("SELECT count(*) FROM $table");
		say_all("SELECT * FROM pendo.check('$name')");
	}
	$stand_in->clear_faults;
}

like($said, qr/Remote text: /, 'remote texts are told');
is(found_in($said), '', 'what was said holds no secret')
  or diag(join "\n", (grep { found_in($_) ne '' } split /\n/, $said)[ 0 .. 3 ]);

# Calls with literals: the statement is the user's, all else is ours.
$session->run('SET auto_explain.log_min_duration = -1; SET client_min_messages = debug1');
my ($state, $output, $error) = $session->run(qq{SELECT pendo.connect_salesforce('lit', '@{[$salesforce->url]}', '$salesforce->{client_id}',
	client_secret => '$secret{'client secret'}', refresh_token => '$secret{'refresh token'}', schema => 'lit')});
is($state, '00000', 'connect_salesforce() with literals') or diag $error;
is(found_in($output . $error), '', 'tells none');
($state, $output, $error) = $session->run(qq{SELECT pendo.connect_hubspot('lit2', access_token => E'$secret{token}\\nx', schema => 'lit2',
	options => '{"base_url": "@{[$hubspot->url]}"}')});
isnt($state, '00000', 'connect_hubspot() with a token that cannot be sent');
is(found_in($output . $error), '', 'tells none');
my $log = slurp_file($node->logfile);
is(found_in($log), '', 'nor does the log at debug5') or diag join "\n", (grep { found_in($_) ne '' } split /\n/, $log)[ 0 .. 3 ];
done_testing();

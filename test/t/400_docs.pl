# What the pages show is what really comes: every SQL block of docs/analyst.md,
# docs/dba.md, docs/troubleshooting.md, README.md and the pages of deliveries is run
# against the stand-ins, in order, and the block behind it is compared with what was
# printed.
#
#   ```sql    is run; a block of SET or RESET alone holds for all that follow
#   ```text   must be what it printed: notices, rows, errors
#   ```plan   must be what it printed (an EXPLAIN), or else its EXPLAIN (COSTS OFF)
#   ```sh     is for people
#
# docs/dba.md is about what happens by the clock, so its stand-in lives today, and of
# what it prints everything but the figures is compared.
#
# The pages of deliveries run with workers and stand-ins for HubSpot and Salesforce: what
# a block has caused is over before the next one is run.
#
# The pages speak of a real subscription; @substitutions says what stands in for
# it.  A page with other results is written to the folder of this run's output,
# to be copied over the old one once it has been read and found right.

use strict;
use warnings;
use lib 'test/t';
use JSON::PP ();
use PendoTest;
use PostgreSQL::Test::Utils;
use Test::More;

my $secrets = work_folder() . '/secrets';

# Of the page that is being tried: figures differ, workers run pulls.
my $is_of_today = 0;

# Of the page that is being tried: it sets its own rate.
my $is_slow = 0;

# Of the page that is being tried: workers deliver to these.
my ($hubspot, $salesforce);

# The page's text, and what is run in its place.
sub substitutions
{
	my ($pendo) = @_;

	return (
		[ qr/region(\s*)=>(\s*)'us'/, 'options$1=>$2\'{"base_url": "' . $pendo->url . '"}\'' ],
		[ qr{/etc/postgresql/pendo}, $secrets ],
		[ qr/DATABASE analytics\b/, 'DATABASE postgres' ],
		[ qr/00000000-0000-4000-8000-000000000000/, $pendo->key ],
		$hubspot
		? ([ qr/(pendo\.connect_hubspot\('\w+'),/, '$1, options => \'{"base_url": "' . $hubspot->url . '"}\',' ],
			[ qr{https://acme\.my\.salesforce\.com}, $salesforce->url ])
		: ());
}

# What differs from run to run, and how the pages write it.
sub as_on_the_page
{
	my ($text, $pendo, $sql) = @_;
	my $url = $sql =~ /pendo\.connect/ ? 'https://app.pendo.io' : 'http://127.0.0.1:40000';
	my ($host, $real_host) = map { s{^https?://}{}r } $url, $pendo->url;

	$text =~ s/\Q$pendo->{url}\E/$url/g;
	$text =~ s/\Q$real_host\E/$host/g;
	if ($hubspot)
	{
		$text =~ s/base_url '[^']*', // if $sql =~ /connect_hubspot/;
		foreach (values_of_crms())
		{
			my ($real, $shown) = @$_;
			$text =~ s/\Q$real\E/$shown/g;
		}
	}
	$text =~ s/\Q$secrets\E/\/etc\/postgresql\/pendo/g;
	$text =~ s/differs by [0-5] s/differs by 0 s/g;
	$text =~ s/^(PL\/pgSQL function .*) line \d+ at /$1 line 57 at /mg;
	$text =~ s/\b(Bytes (?:Received|Spooled): )\d+/${1}1234/g;
	$text =~ s/\b(Network Wait: )[\d.]+/${1}1.234/g;
	return $text;
}

# Addresses of the stand-ins, and as the pages show them.
sub values_of_crms
{
	return map {
		my ($crm, $host) = @$_;
		([ $crm->url, "https://$host" ], [ $crm->url =~ s{^http://}{}r, $host ])
	} [ $hubspot, 'api.hubapi.com' ], [ $salesforce, 'acme.my.salesforce.com' ];
}

# What a page of today has in common with that of another day: all but the figures.
# An age may have come to a day, a number to a decimal.
sub without_figures
{
	my ($text) = @_;

	return $text unless $is_of_today;
	$text =~ s/\d+ days? (?=\d+:)//g;
	$text =~ s/\d+(?:\.\d+)?/0/g;
	return $text;
}

# Nobody sees the blanks at the ends of lines, nor how long a ruler is.
sub normal
{
	my ($text) = @_;

	$text =~ s/[ \t]+$//mg;
	$text =~ s/^\s*\n|\s+\z//g;
	$text =~ s/^ +| {2,}|-{3,}/substr($&, 0, 1)/emg;
	return $text;
}

# Plans of other majors differ around the live tables, not in them.
sub normal_plan
{
	my ($text, $major) = @_;

	$text =~ s/\s+\z//;
	$text =~ s/\b(Bytes (?:Received|Spooled): )\d+/${1}1234/g;
	$text =~ s/\b(Network Wait: )[\d.]+/${1}1.234/g;
	return $text if $major == 15;
	return join "\n", map { s/^\s+//r } grep {
		/^\s*(?:Pipeline|Request|Time Range|Windows|Windows Read|Requests|Rows Received):/
	} split /\n/, $text;
}

# [ [ line, language, text ], ... ]
sub blocks
{
	my ($page) = @_;
	my @blocks;
	my $line = 0;
	my $open;

	foreach (split /\n/, $page)
	{
		$line++;
		if (!$open && /^```(\w+)$/)
		{
			$open = [ $line, $1, '' ];
		}
		elsif ($open && $_ eq '```')
		{
			push @blocks, $open;
			undef $open;
		}
		elsif ($open)
		{
			$open->[2] .= "$_\n";
		}
	}
	return @blocks;
}

# One page's session: what it has SET lasts.
my $settings = '';

sub run_sql
{
	my ($node, $pendo, $sql, @format) = @_;
	my $real = $sql;
	my ($out, $err) = ('', '');

	foreach (substitutions($pendo))
	{
		my ($pattern, $replacement) = @$_;
		$real =~ s/$pattern/my ($one, $two) = ($1, $2); $replacement =~ s{\$1}{$one}r =~ s{\$2}{$two}r/eg;
	}
	$node->psql('postgres', "$settings\n$real",
		stdout => \$out, stderr => \$err, on_error_stop => 0, extra_params => [ '-P', 'pager=off', @format ]);
	$settings .= $sql if $sql =~ /\A(?:\s*(?:SET|RESET)\b[^;]*;)+\s*\z/;
	quicken($node, $1) if $real =~ /pendo\.connect(?:_\w+)?\('(\w+)'/ && $err !~ /ERROR/ && !$is_slow;
	await_pulls($node) if $real =~ /pendo\.keep_(?:crm_)?local\(/ && $err !~ /ERROR/;
	await_deliveries($node) if $hubspot;
	$err =~ s/^psql:<stdin>:\d+: //mg;
	my ($notices, $errors) = $err =~ /\A(.*?)(^ERROR:.*)?\z/ms;
	return as_on_the_page(join("\n", grep { $_ ne '' } map { s/\n+\z//r } $notices, $out, $errors // ''),
		$pendo, $sql);
}

# The stand-in takes more than the six requests a second that Pendo gets.
sub quicken
{
	my ($node, $server) = @_;

	$node->safe_psql('postgres',
		"ALTER SERVER $server OPTIONS (ADD requests_per_second '10000', ADD request_burst '10000')");
	return;
}

# The page goes on when what it has begun is done: by workers, where there are some.
# A stand-in whose clock stands still has no events after its last day: of the years
# from then to today nothing is due.
sub await_pulls
{
	my ($node) = @_;

	if ($is_of_today || $hubspot)
	{
		$node->poll_query_until('postgres', q{
			SELECT count(*) > 0 AND bool_and(state NOT IN ('waiting', 'running')) FROM pendo.pull_progress})
		  or die 'the workers did not load the tables';
		return;
	}
	$node->safe_psql('postgres', q{
		SELECT count(pendo._plan_windows(name)) FROM pendo.pull WHERE mode = 'by_window';
		UPDATE pendo.ledger
		   SET state = 'closed', due_at = 'infinity', rows = 0, loaded_at = now(), checked_at = now(),
		       closed_at = now()
		 WHERE window_start >= '2024-06-16 00:00 America/New_York'});
	return;
}

# What is due now is pushed and delivered.
sub await_deliveries
{
	my ($node) = @_;

	$node->poll_query_until('postgres', q{
		SELECT NOT EXISTS (SELECT FROM pendo._due_delivery() d
		                    WHERE d.due_at < clock_timestamp() + interval '5 seconds')
		   AND NOT EXISTS (SELECT FROM pendo.lane l
		                    WHERE pendo._lane_is_held(l.lease_pid, l.lease_backend_start))})
	  or die 'the workers did not deliver';
	return;
}

# Run a page's blocks; returns the page with what they printed.
sub try_page
{
	my ($name, $node, $pendo) = @_;
	my $page = slurp_file(tree_folder() . "/$name");
	my $major = int($node->safe_psql('postgres', 'SHOW server_version_num') / 10000);
	my @lines = split /\n/, $page, -1;
	my ($sql, $printed) = ('', '');
	my $differs = 0;
	my $shift = 0;

	$settings = '';
	$is_slow = $page =~ /OPTIONS \(ADD requests_per_second/;
	foreach my $block (blocks($page))
	{
		my ($line, $language, $text) = @$block;
		my $where = "$name:$line";
		my $same;

		if ($language eq 'sql')
		{
			fail("$where: an error that is not shown: $printed") if $printed =~ /^ERROR:/m;
			$sql = $text;
			$printed = run_sql($node, $pendo, $sql,
				$sql =~ /\A\s*EXPLAIN/ ? () : ('-P', 'format=aligned', '-P', 'tuples_only=off'));
			next;
		}
		next unless $language eq 'text' || $language eq 'plan';
		my $got = $printed;
		$printed = '' if $language eq 'text' || $sql =~ /\A\s*EXPLAIN/;
		if ($language eq 'plan')
		{
			$got = run_sql($node, $pendo, "EXPLAIN (COSTS OFF)\n$sql") unless $sql =~ /\A\s*EXPLAIN/;
			$same = is(normal_plan($got, $major), normal_plan($text, $major), "$where: plan");
		}
		else
		{
			$same = is(without_figures(normal($got)), without_figures(normal($text)), "$where: result");
		}
		next if $same;
		$differs = 1;
		chomp(my $new = $got =~ s/[ \t]+$//mgr =~ s/\s+\z//r);
		my @new = split /\n/, $new;
		my $old = () = $text =~ /\n/g;
		splice @lines, $line + $shift, $old, @new;
		$shift += @new - $old;
	}
	fail("$name: an error that is not shown: $printed") if $printed =~ /^ERROR:/m;
	if ($differs)
	{
		my $file = $name =~ s{.*/}{}r;
		append_to_file($file, join "\n", @lines);
		diag("what came is in build/check/tap/$file");
	}
	return;
}

# What docs/crm-hubspot.md asks an administrator to make.
sub make_properties
{
	my ($crm) = @_;
	my %property = (groupName => 'companyinformation', fieldType => 'text', type => 'string');

	foreach my $more (
		{ name => 'pendo_account_id', label => 'Pendo account id', hasUniqueValue => JSON::PP::true },
		{ name => 'pendo_score', label => 'Pendo score', type => 'number', fieldType => 'number' },
		{ name => 'pendo_last_seen', label => 'Last seen in the product', type => 'date', fieldType => 'date' },
		{ name => 'pendo_scored_at', label => 'Pendo scored at', type => 'datetime', fieldType => 'date' })
	{
		my $answer = $crm->{http}->post("$crm->{url}/crm/v3/properties/companies",
			{ headers => { authorization => "Bearer $crm->{token}", 'content-type' => 'application/json' },
				content => JSON::PP::encode_json({ %property, %$more }) });
		die "property $more->{name}: $answer->{content}" unless $answer->{success};
	}
	return;
}

# Somebody has filled in which Pendo accounts the first companies are.
sub match_companies
{
	my ($crm, @accounts) = @_;
	my @ids = sort { $a <=> $b } map { JSON::PP::decode_json($_)->{id} } split /\n/, $crm->control(GET => 'records/companies');

	foreach my $account (@accounts)
	{
		$crm->control(POST => 'hand', { object => 'companies', id => shift @ids, properties => { pendo_account_id => $account } });
	}
	return;
}

# A role with the rights that the page grants connects, checks and refreshes.
sub try_grants
{
	my ($node, $pendo) = @_;
	my $options = quote_literal('{"base_url": "' . $pendo->url . '"}');
	my $key = quote_literal($pendo->key);

	foreach my $sql (
		"SELECT count(*) FROM pendo.connect('own', 'America/New_York', integration_key => $key, "
		. "schema => 'own', options => $options)",
		"SELECT count(*) FROM pendo.check('own') WHERE is_ok",
		"ALTER FOREIGN TABLE own.visitor DROP COLUMN agent_email",
		"SELECT count(*) FROM pendo.refresh_tables('own') WHERE action = 'added'",
		"SELECT count(*) FROM own.app")
	{
		my ($state, $error) = sqlstate_of($node, "SET client_min_messages = warning; SET ROLE analyst; $sql");
		is($state, '00000', "analyst: $sql") or diag($error);
	}
	my ($state) = sqlstate_of($node, "SET ROLE analyst; SELECT pendo.connect('other', 'America/New_York', "
		. "secret_file => 'acme', schema => 'other', options => $options)");
	is($state, '42501', 'analyst: a secret file is not for a plain role to name');
	return;
}

my %init = (extension => 0, init => [ extra => [ '--encoding=UTF8', '--no-locale' ] ],
	settings => { timezone => 'UTC' });

# The pages with results: the clock of their stand-in stands still.
{
	my $pendo = start_stand_in(size => 'small', seed => 1, now => '2024-06-15T12:00:00Z', frozen => 1);
	my $node = new_node(%init);

	write_secret('acme', $pendo->key . "\n");
	try_page('docs/analyst.md', $node, $pendo);
	try_page('docs/troubleshooting.md', $node, $pendo);
	try_grants($node, $pendo);
	$node->stop;
	$pendo->stop;
}

# The page for those who run the server: workers, and a clock that runs.
{
	my $pendo = start_stand_in(size => 'small', seed => 1);
	my $node = new_node(%init, preload => 1,
		settings => { timezone => 'UTC', wal_level => 'logical' });

	$is_of_today = 1;
	write_secret('acme', $pendo->key . "\n");
	write_secret('globex', $pendo->key . "\n");
	try_page('docs/dba.md', $node, $pendo);
	$is_of_today = 0;
	$settings = '';
	$node->stop;
	$pendo->stop;
}

# The pages of deliveries: workers, and stand-ins for CRMs, whose administrator has made
# the fields that the pages write.
foreach my $pages ([ 'crm-hubspot', 'crm-salesforce' ], [ 'push', 'application', 'operator' ])
{
	my $pendo = start_stand_in(size => 'small', seed => 1);
	my $node = new_node(%init, preload => 1, extension => 1,
		settings => { timezone => 'UTC', 'pendo_fdw.environment' => 'production' });

	$hubspot = start_stand_in(kind => 'hubspot', switches => { property_delay => 'none' });
	$salesforce = start_stand_in(kind => 'salesforce');
	write_secret('acme', $pendo->key . "\n");
	write_secret('hubspot', $hubspot->{token} . "\n");
	write_secret('salesforce', $salesforce->{client_secret} . "\n");
	make_properties($hubspot);
	match_companies($hubspot, 'account-00001', 'account-00002', 'account-00019');
	foreach my $page (@$pages)
	{
		$is_of_today = $page eq 'operator';
		try_page("docs/$page.md", $node, $pendo);
	}
	$is_of_today = 0;
	$settings = '';
	$node->stop;
	$_->stop foreach $pendo, $hubspot, $salesforce;
	($hubspot, $salesforce) = ();
}

# The README asks for the last days, so its stand-in lives today.
{
	my $pendo = start_stand_in(size => 'small', seed => 1);
	my $node = new_node(%init);
	my @blocks = grep { $_->[1] eq 'sql' } blocks(slurp_file(tree_folder() . '/README.md'));

	write_secret('acme', $pendo->key . "\n");
	is(scalar @blocks, 2, 'README.md connects, and asks a question');
	unlike(run_sql($node, $pendo, $blocks[0][2]), qr/ERROR/, 'what README.md connects with works');
	my $rows = run_sql($node, $pendo, $blocks[1][2]);
	unlike($rows, qr/ERROR/, 'its question has no error');
	is(scalar(split /\n/, $rows), 10, '... but ten answers');
	$node->stop;
}

# Messages that the troubleshooting page lists are those that the sources have.
{
	my $sources = join '', map { slurp_file($_) } glob(tree_folder() . '/src/*/*.c ' . tree_folder() . '/src/*/*/*.c');
	my $page = slurp_file(tree_folder() . '/docs/troubleshooting.md');
	my $messages = 0;

	$sources =~ s/"\s*\n\s*"//g;
	$sources =~ s/\\"/"/g;
	$sources .= join '', map { slurp_file($_) =~ s/''/'/gr } glob(tree_folder() . '/sql/extension/*/*.sql');
	foreach my $message ($page =~ /^\| `(.+?)` \|/mg)
	{
		my $literal = $message =~ s/…/%s/gr;

		$messages++;
		ok(index($sources, $literal) >= 0, "there is a message: $literal");
	}
	cmp_ok($messages, '>', 15, 'the page lists messages');
}

# What pendo.problem says, as docs/operator.md lists it, is what its sources say: piece by
# piece, for some of it is put together there.
{
	my $sources = join '', map { slurp_file($_) } glob(tree_folder() . '/sql/extension/*/*.sql ' . tree_folder() . '/src/*/*.c');
	my $pieces = 0;

	foreach my $cell (slurp_file(tree_folder() . '/docs/operator.md') =~ /^\| (`(?!SELECT).+?) \|/mg)
	{
		foreach my $piece (map { split /[:"]? ?…[:"]? ?/ } $cell =~ /`(.+?)`/g)
		{
			next if length $piece < 8 || $piece =~ /^user mapping/;    # PostgreSQL's
			$pieces++;
			ok(index($sources, $piece) >= 0, "docs/operator.md: there is a problem: $piece");
		}
	}
	cmp_ok($pieces, '>', 25, 'docs/operator.md lists problems');
}

# Links lead somewhere: files that are there, headings that they have.
{
	my $tree = tree_folder();
	my $links = 0;

	foreach my $name (map { s{^\Q$tree\E/}{}r } "$tree/README.md", "$tree/CONTRIBUTING.md", glob("$tree/docs/*.md"))
	{
		my $page = slurp_file("$tree/$name");
		my ($folder) = $name =~ m{^(.*/)?};

		foreach my $link ($page =~ /\]\(([^)]+)\)/g)
		{
			next if $link =~ /^https?:/;
			my ($file, $heading) = $link =~ /^([^#]*)(?:#(.+))?$/;
			my $target = $file eq '' ? "$tree/$name" : "$tree/" . ($folder // '') . $file;
			my $good = -f $target;

			$good &&= grep { slug($_) eq $heading } slurp_file($target) =~ /^#+ (.+)$/mg if defined $heading;
			$links++;
			ok($good, "$name: link to $link");
		}
	}
	cmp_ok($links, '>', 20, 'pages have links');
}

# A heading's name in links, as hosting sites make it.
sub slug
{
	my ($heading) = @_;

	return lc($heading) =~ s/[^a-z0-9 _-]//gr =~ tr/ /-/r;
}

done_testing();

use super::world::World;

#[test]
fn another_version() {
    let world = World::new("order-other");
    world.put(&[world.package("alpha", "1.0")], &[]);
    let staged = world.stage(&[world.package("alpha", "2.0")], &[]);
    let wanted = ["in alpha-2.0.dist-info", "exchange alpha", "out alpha-1.0.dist-info"];
    assert_eq!(staged.told(), wanted, "never new code with the old dist-info alone");
    staged.commit();
    assert_eq!(world.read("alpha/sub/deep.py"), "version = '2.0'\n");
    assert!(!world.has("alpha-1.0.dist-info") && world.has("alpha-2.0.dist-info/RECORD"));
}

#[test]
fn the_same_version() {
    let world = World::new("order-same");
    world.put(&[world.package("alpha", "1.0")], &[]);
    let staged = world.stage(&[world.wheel("alpha", "1.0", &[("alpha/core.py", "rebuilt")])], &[]);
    assert_eq!(staged.told(), ["exchange alpha", "exchange alpha-1.0.dist-info"]);
    staged.commit();
    assert_eq!(world.read("alpha/core.py"), "rebuilt");
    assert!(!world.has("alpha/__init__.py"));
}

#[test]
fn a_new_one_has_its_dist_info_last() {
    let world = World::new("order-new");
    let staged = world.stage(&[world.package("alpha", "1.0")], &[]);
    assert_eq!(staged.told(), ["in alpha", "in alpha-1.0.dist-info"]);
    staged.commit();
    assert_eq!(world.dists("alpha").len(), 1);
}

#[test]
fn one_that_goes_loses_its_dist_info_first() {
    let world = World::new("order-gone");
    let empty = world.picture();
    world.put(&[world.package("alpha", "1.0")], &[]);
    let staged = world.stage(&[], &["alpha"]);
    assert_eq!(staged.told(), ["out alpha-1.0.dist-info", "out alpha"]);
    staged.commit();
    assert_eq!(world.picture(), empty);
}

#[test]
fn all_distributions_of_a_change_go_through_the_same_order() {
    let world = World::new("order-all");
    world.put(&[world.package("alpha", "1.0"), world.package("beta", "1.0"), world.package("gamma", "1.0")], &[]);
    let comes = [world.package("alpha", "2.0"), world.package("delta", "1.0"), world.package("gamma", "1.0")];
    let told = world.stage(&comes, &["beta"]).told();
    let at = |step: &str| told.iter().position(|one| one == step).unwrap_or_else(|| panic!("{step} in {told:?}"));
    let first = [at("in alpha-2.0.dist-info"), at("out beta-1.0.dist-info")];
    let content = [at("exchange alpha"), at("out beta"), at("in delta"), at("exchange gamma")];
    let infos = [at("exchange gamma-1.0.dist-info")];
    let last = [at("out alpha-1.0.dist-info"), at("in delta-1.0.dist-info")];
    assert!(first.iter().max() < content.iter().min());
    assert!(content.iter().max() < infos.iter().min());
    assert!(infos.iter().max() < last.iter().min());
    assert_eq!(told.len(), 9);
}

#[test]
fn several_versions_that_were_left_over_all_go() {
    let world = World::new("order-several");
    world.put(&[world.package("alpha", "1.0")], &[]);
    world.write("alpha-0.9.dist-info/METADATA", "Metadata-Version: 2.1\nName: alpha\nVersion: 0.9\n");
    world.write("alpha-0.9.dist-info/RECORD", "alpha/gone.py,,\nalpha-0.9.dist-info/RECORD,,\n");
    world.put(&[world.package("alpha", "2.0")], &[]);
    let infos: Vec<_> = world.dists("alpha").iter().map(|dist| world.short(dist.install_path())).collect();
    assert_eq!(infos, ["alpha-2.0.dist-info"]);
}

#[test]
fn a_dist_info_without_a_record_goes_and_what_it_does_not_name_stays() {
    let world = World::new("order-half");
    world.write("alpha-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: alpha\nVersion: 1.0\n");
    world.write("alpha/core.py", "whose?");
    world.put(&[], &["alpha"]);
    assert!(!world.has("alpha-1.0.dist-info"));
    assert_eq!(world.read("alpha/core.py"), "whose?");
}

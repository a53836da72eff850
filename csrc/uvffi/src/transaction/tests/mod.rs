//! Transactions in small real environments: wheels of a few files, staged, committed and interrupted on disk.

mod back;
mod blocks;
mod by_file;
mod bytecode;
mod cancelled;
mod findings;
mod foreign;
mod history;
mod in_the_way;
mod interrupted;
mod journal;
mod kept_aside;
mod layout;
mod manifest;
mod order;
mod shared;
mod shelf;
mod staged;
mod steps;
mod store;
mod together;
mod users;
mod world;

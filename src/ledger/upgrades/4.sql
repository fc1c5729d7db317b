-- Schema 3 to 4: how loud each part was as it was sent to the device.
alter table part add column peak_cdbfs integer;
alter table part add column rms_cdbfs integer;
alter table part add column seconds blob;
